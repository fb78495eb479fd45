package dev.vls.replay.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.console.RelayClient;
import dev.vls.drivers.console.RelayClientConfig;
import dev.vls.log.store.LogReader;
import dev.vls.log.wire.FollowerConfig.AckMode;
import dev.vls.log.wire.FollowerLink;
import dev.vls.log.wire.Incoming;
import dev.vls.replay.Recordings;
import dev.vls.replay.demo.JournalCheck;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A leader and its follower over loopback sockets: what a client and a disk see when the leader
 * dies, at moments that come from a seed.
 */
@Timeout(120)
class PairSystemTest {
  private static final int TRANSFERS = 100;
  private static final int LAST_FATAL_EVENT = 40;

  @TempDir private Path folder;

  private final SharedDisk disk = new SharedDisk();

  /** The leader's own view of a dead leader: nothing may happen there any more. */
  private static final Fence LOST = (run, who) -> false;

  private static final Fence WON = (run, who) -> true;

  private void kill(Pair pair) {
    pair.leader.close();
    pair.leading.fail(new HostException("killed"));
    disk.forget();
  }

  /** Both ways to die: between two events, and wherever the guest is meanwhile. */
  private void killAt(Pair pair, int fatal, boolean atOnce) {
    AtomicInteger events = new AtomicInteger();
    pair.leading
        .domain()
        .observe(
            (at, event) -> {
              if (events.incrementAndGet() == fatal) {
                if (atOnce) {
                  kill(pair);
                } else {
                  Thread.ofVirtual().start(() -> kill(pair));
                }
              }
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldLoseAndRepeatNothingWhenTheLeaderDiesAtAnyMoment(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Path log = folder.resolve("log");
    try (Pair pair =
            new Pair(Pair.ledger(Optional.of(disk)), Optional.of(disk), LOST, Pair.PATIENT);
        Transfers transfers = new Transfers(pair.consoles, seed)) {
      killAt(pair, random.nextInt(1, LAST_FATAL_EVENT), random.nextBoolean());
      pair.lead();
      pair.follow(pair.leader.address(), WON, Pair.PATIENT, Optional.of(log));
      transfers.drive(TRANSFERS);
      transfers.quit();
      assertEquals(new Outcome.PoweredOff(0), pair.followed.get());
      assertThrows(ExecutionException.class, pair.led::get);
      assertEquals(
          List.of(),
          JournalCheck.differences(disk.dump(folder.resolve("disk")), transfers.all),
          "seed " + seed);
      Recordings.Ended replayed = Recordings.replay(log);
      assertEquals(pair.digests, replayed.digests(), "seed " + seed);
      assertEquals(new Outcome.PoweredOff(0), replayed.outcome());
    }
  }

  @Test
  void shouldComeToTheSameEndWhenNobodyDies() throws Exception {
    Path log = folder.resolve("log");
    Fence untouched =
        (run, who) -> {
          throw new AssertionError("nobody was lost");
        };
    try (Pair pair =
            new Pair(Pair.ledger(Optional.of(disk)), Optional.of(disk), untouched, Pair.PATIENT);
        Transfers transfers = new Transfers(pair.consoles, 7)) {
      pair.leading.domain().remark("seen at the leader");
      pair.follow(pair.leader.address(), untouched, Pair.PATIENT, Optional.of(log));
      pair.lead();
      transfers.drive(10);
      transfers.quit();
      assertEquals(new Outcome.PoweredOff(0), pair.led.get());
      assertEquals(new Outcome.Ended(Follower.Ending.RUN_OVER.name()), pair.followed.get());
      assertEquals(Pair.digests(pair.leading.domain()), pair.digests);
      assertEquals(pair.digests, Recordings.replay(log).digests());
      try (LogReader reader = LogReader.open(log)) {
        assertEquals("seen at the leader", reader.next().orElseThrow().brk().remark());
      }

      Path file = disk.dump(folder.resolve("disk"));
      assertEquals(List.of(), JournalCheck.differences(file, transfers.all));
      byte[] wrong = Files.readAllBytes(file);
      wrong[7 * BlockConfig.SECTOR_BYTES + 30] ^= 1;
      assertEquals(
          List.of("journal sector 7 does not hold transfer 7"),
          JournalCheck.differences(Files.write(file, wrong), transfers.all));
    }
  }

  /** The leader's disk never answers, so only the follower can have done what was asked for. */
  @Test
  void shouldAskTheDiskAgainForWhatWasUnderWay() throws Exception {
    try (Pair pair =
            new Pair(Pair.ledger(Optional.of(disk)), Optional.of(disk), LOST, Pair.PATIENT);
        Transfers transfers = new Transfers(pair.consoles, 8)) {
      pair.lead();
      pair.follow(pair.leader.address(), WON, Pair.PATIENT, Optional.empty());
      transfers.drive(3);
      disk.stick();
      int before = disk.requests();
      transfers.ask();
      while (disk.requests() == before) {
        Thread.onSpinWait();
      }
      kill(pair);
      transfers.settle();
      transfers.drive(10);
      transfers.quit();
      assertEquals(new Outcome.PoweredOff(0), pair.followed.get());
      assertEquals(
          List.of(), JournalCheck.differences(disk.dump(folder.resolve("disk")), transfers.all));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldGoOnWhenTheLeaderOfSeveralHartsDies(int fatal) throws Exception {
    Path log = folder.resolve("log");
    CompletableFuture<Exception> failure = new CompletableFuture<>();
    BlockingQueue<String> output = new LinkedBlockingQueue<>();
    try (Pair pair = new Pair(Pair.severalHarts(), Optional.empty(), LOST, Pair.PATIENT);
        RelayClient _ =
            RelayClient.start(
                pair.consoles,
                RelayClientConfig.DEFAULT,
                bytes -> output.add(new String(bytes, StandardCharsets.US_ASCII)),
                failure::complete)) {
      killAt(pair, fatal, true);
      pair.follow(pair.leader.address(), WON, Pair.PATIENT, Optional.of(log));
      pair.lead();
      assertEquals(new Outcome.PoweredOff(0), pair.followed.get());
      assertThrows(ExecutionException.class, pair.led::get);
      String said = String.join("", output);
      assertTrue(said.contains("SMP PASS harts=3"), said);
      assertEquals(pair.digests, Recordings.replay(log).digests());
    }
  }

  /** A follower that says so event by event shows which output needs which. */
  @Test
  void shouldLetNothingOutBeforeItsEventsAreStable() throws Exception {
    BlockingQueue<String> output = new LinkedBlockingQueue<>();
    CompletableFuture<Exception> failure = new CompletableFuture<>();
    try (Pair pair =
            new Pair(Pair.ledger(Optional.of(disk)), Optional.of(disk), LOST, Pair.PATIENT);
        FollowerLink link =
            FollowerLink.connect(
                Pair.config(pair.leader.address(), Pair.PATIENT)
                    .withWindow(1 << 20, AckMode.ON_PERSISTED));
        RelayClient client =
            RelayClient.start(
                pair.consoles.subList(0, 1),
                RelayClientConfig.DEFAULT,
                bytes -> output.add(new String(bytes, StandardCharsets.US_ASCII)),
                failure::complete)) {
      pair.lead();
      long taken = untilHeld(pair, link, 0);
      assertTrue(output.isEmpty(), "the greeting waits");
      taken = release(link, taken, output);
      assertEquals("LEDGER READY\n", output.take());

      client.send("T 1 0 1 100\n".getBytes(StandardCharsets.US_ASCII));
      taken = untilHeld(pair, link, taken);
      assertEquals(0, disk.requests(), "the write waits");
      assertFalse(client.awaitAccepted(1), "the input may still be lost");
      long _ = release(link, taken, output);
      assertTrue(output.take().startsWith("R 1 999900 1000100 "));
      assertTrue(disk.requests() > 0);
      assertTrue(client.awaitAccepted(60_000));
      assertFalse(failure.isDone());
    }
  }

  /** Takes events until output waits for the next ones; returns how many there were. */
  private static long untilHeld(Pair pair, FollowerLink link, long taken) throws Exception {
    long count = taken;
    while (pair.leading.domain().gate().heldMessages() == 0) {
      count = take(link, count);
    }
    return count;
  }

  /** Says that every event is stable until output comes; returns how many there were. */
  private static long release(FollowerLink link, long taken, BlockingQueue<String> output)
      throws Exception {
    long count = taken;
    while (output.isEmpty()) {
      link.persisted(count);
      count = take(link, count);
    }
    return count;
  }

  private static long take(FollowerLink link, long taken) throws Exception {
    Optional<Incoming> next = link.poll(Duration.ofMillis(10));
    return next.isPresent() && next.get() instanceof Incoming.Received received
        ? received.sequence() + 1
        : taken;
  }
}
