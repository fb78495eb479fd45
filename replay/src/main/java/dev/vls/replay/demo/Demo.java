package dev.vls.replay.demo;

import dev.vls.log.store.LogReader;
import dev.vls.log.store.LogStatistics;
import dev.vls.replay.LogFeed;
import dev.vls.replay.LogSource;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One demonstration: a pair, a client, a death, and all the checks. */
public final class Demo {
  private static final int SECTOR_BYTES = 512;
  private static final long START_SECONDS = 60;
  private static final long END_SECONDS = 60;
  private static final long LOG_INTERVAL = 100_000_000;
  private static final String LAG = "lag";

  private final DemoConfig config;
  private final Consumer<String> progress;
  private final List<LedgerModel.Transfer> transfers = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int receipts;
  private int killedAt;
  private Duration failover = Duration.ZERO;

  /**
   * Prepares a demonstration.
   *
   * @param progress told in a few words what goes on
   */
  public Demo(DemoConfig config, Consumer<String> progress) {
    this.config = config;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws HostException if the pair cannot be started, or dies in a way that is not part of the
   *     demonstration
   */
  public DemoResult run() throws Exception {
    long startedNs = System.nanoTime();
    Path disk = makeDisk();
    Path log = config.directory().resolve("follower-log");
    String lag;
    List<InetSocketAddress> ports = Loopback.freePorts(3);
    progress.accept("starting a leader and a follower");
    try (VlsProcess leader = VlsProcess.start("leader", leaderArguments(ports, disk));
        VlsProcess follower = startFollower(leader, ports, disk, log);
        LedgerClient client = new LedgerClient(ports.subList(1, 3))) {
      try {
        drive(client, leader);
      } catch (HostException e) {
        throw new HostException(
            "%s; the leader said %s, the follower said %s"
                .formatted(e.getMessage(), leader.said(), follower.said()),
            e);
      }
      progress.accept("waiting for the survivor to finish");
      require(
          follower.awaitEnd(END_SECONDS) == 0,
          "the survivor ended with a failure: " + follower.said());
      lag = follower.said().stream().filter(line -> line.contains(LAG)).findFirst().orElse("");
    }
    progress.accept("checking the journal and replaying the log");
    failures.addAll(JournalCheck.differences(disk, transfers));
    LogStatistics statistics = verifyLog(log);
    return new DemoResult(
        receipts,
        killedAt,
        failover,
        statistics.events(),
        statistics.brk().bytes(),
        statistics.sma().bytes(),
        lag,
        Duration.ofNanos(System.nanoTime() - startedNs),
        failures);
  }

  /** Sends transfers a window ahead, compares receipts, and kills the leader on the way. */
  private void drive(LedgerClient client, VlsProcess leader)
      throws HostException, InterruptedException {
    LedgerModel model = new LedgerModel(config.seed());
    int fatal =
        new SplittableRandom(config.seed())
            .nextInt(config.transfers() / 10, config.transfers() * 9 / 10);
    Deque<String> expected = new ArrayDeque<>();
    int served = 0;
    long killedNs = 0;
    expect(client.next(), "LEDGER READY");
    progress.accept("transferring");
    while (receipts < config.transfers()) {
      while (transfers.size() < config.transfers() && expected.size() < config.window()) {
        LedgerModel.Transfer transfer = model.next();
        transfers.add(transfer);
        expected.add(transfer.receipt());
        client.send(transfer.request());
      }
      LedgerClient.Line line = client.next();
      expect(line, expected.remove());
      receipts++;
      if (killedAt > 0 && failover.isZero() && line.server() > served) {
        failover = Duration.ofNanos(client.firstByteNs() - killedNs);
        progress.accept("the follower has taken over after %d ms".formatted(failover.toMillis()));
      }
      if (receipts == fatal) {
        progress.accept("killing the leader after " + receipts + " receipts");
        killedAt = receipts;
        served = line.server();
        killedNs = System.nanoTime();
        leader.kill();
      }
    }
    client.send("Q");
    expect(client.next(), model.farewell());
  }

  private LogStatistics verifyLog(Path log) throws Exception {
    try (LogReader reader = LogReader.open(log)) {
      MachineSpec spec = MachineSpec.of(reader.directory());
      try (VirtualMachine vm =
          VirtualMachine.create(spec, StandardDevices.KINDS, OutputGate.Release.IMMEDIATE)) {
        LogSource source = vm.replay(new LogFeed(reader), Long.MAX_VALUE);
        Outcome outcome = vm.domain().run(source);
        require(source.cut().isEmpty(), "the survivor's log is cut");
        source.verifyEnd(outcome);
      }
      reader.rewind();
      return LogStatistics.of(reader, LOG_INTERVAL);
    }
  }

  private List<String> leaderArguments(List<InetSocketAddress> ports, Path disk) {
    return List.of(
        "lead",
        "--ram=64M",
        "--listen=" + Loopback.text(ports.get(0)),
        "--console-port=" + Loopback.text(ports.get(1)),
        "--fence=" + fence(),
        "--disk=" + disk,
        config.guest().toString());
  }

  private VlsProcess startFollower(
      VlsProcess leader, List<InetSocketAddress> ports, Path disk, Path log)
      throws HostException, InterruptedException {
    leader.awaitSaid("waiting for a follower", START_SECONDS);
    VlsProcess follower =
        VlsProcess.start(
            "follower",
            List.of(
                "follow",
                "--console-port=" + Loopback.text(ports.get(2)),
                "--fence=" + fence(),
                "--disk=" + disk,
                "--output=" + log,
                "--stats",
                Loopback.text(ports.get(0))));
    try {
      leader.awaitSaid("a follower is connected", START_SECONDS);
      return follower;
    } catch (HostException | InterruptedException e) {
      follower.close();
      throw e;
    }
  }

  private Path fence() {
    return config.directory().resolve("fence");
  }

  private Path makeDisk() throws HostException {
    Path disk = config.directory().resolve("journal.img");
    try {
      Files.createDirectories(config.directory());
      try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
        file.setLength((long) (config.transfers() + 1) * SECTOR_BYTES);
      }
      return disk;
    } catch (IOException e) {
      throw new HostException(
          "the demo's disk '" + disk + "' cannot be made: " + e.getMessage(), e);
    }
  }

  private void expect(LedgerClient.Line line, String text) {
    if (failures.isEmpty()) {
      require(
          line.text().equals(text),
          "expected '" + text + "', the guest said '" + line.text() + "'");
    }
  }

  private void require(boolean holds, String failure) {
    if (!holds) {
      failures.add(failure);
    }
  }
}
