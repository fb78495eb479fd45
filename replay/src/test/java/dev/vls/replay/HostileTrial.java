package dev.vls.replay;

import dev.vls.drivers.console.ConsoleMessage;
import dev.vls.drivers.console.ConsolePort;
import dev.vls.drivers.store.DomainConfig;
import dev.vls.drivers.store.StorePort;
import dev.vls.sma.Answer;
import dev.vls.sma.Backend;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Channel;
import dev.vls.sma.Domain;
import dev.vls.sma.EventSource;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.VirtualTime;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.Position;
import dev.vls.vmm.StateDigest;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.hart.Firmware;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;

/**
 * One run of a hostile guest under virtual time, on the caller's thread, in slices of random
 * length.
 */
final class HostileTrial {
  private static final Path GUESTS =
      Path.of(System.getProperty("vls.root", ".."), "guests", "prebuilt");
  private static final long RAM_BYTES = 32L << 20;
  private static final long GATE_BYTES = 1 << 20;

  /**
   * How a run ended.
   *
   * @param output what the guest has written to its console
   * @param outputDigest of all that the ports have said
   */
  record End(
      Outcome outcome, Position position, StateDigest state, String outputDigest, String output) {}

  private final Domain domain;
  private final Screen screen = new Screen();

  HostileTrial(String image) throws IOException, ImageException {
    MachineConfig config =
        new MachineConfig(
            RAM_BYTES,
            1,
            Firmware.SUPERVISOR_PAYLOAD,
            "",
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
            0);
    Machine machine = new Machine(config);
    machine.load(Files.readAllBytes(GUESTS.resolve(image + ".elf")));
    OutputGate gate = new OutputGate(OutputGate.Release.IMMEDIATE, GATE_BYTES);
    domain = new Domain(machine, gate, CaptureMode.STRICT);
    domain.plug("store", new StorePort(new DomainConfig("hostile", RAM_BYTES >>> 10)));
    domain.plug("console", new ConsolePort());
    domain.attach("console", screen);
  }

  /**
   * Runs to the end, at most {@code stepsLimit} steps.
   *
   * @param longestSlice longest slice in steps
   */
  End run(long stepsLimit, int longestSlice, Random random) throws InterruptedException {
    EventSource live = domain.live(new VirtualTime());
    Outcome outcome = domain.run(new Sliced(live, stepsLimit, longestSlice, random));
    return new End(
        outcome,
        domain.machine().position(),
        domain.machine().digest(),
        HexFormat.of().formatHex(domain.gate().digest()),
        screen.bytes.toString(StandardCharsets.ISO_8859_1));
  }

  /** Keeps what the guest writes; never types anything. */
  private static final class Screen implements Backend {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Channel channel;

    @Override
    public void attach(Channel given) {
      channel = given;
    }

    @Override
    public void accept(OutputMessage message) {
      if (message instanceof ConsoleMessage.ConsoleBytes(long from, byte[] written)) {
        bytes.writeBytes(written);
      }
      channel.taken(message.weight());
    }

    @Override
    public void close() {}
  }

  /** Another source, asked after slices of random length, up to a limit. */
  private record Sliced(EventSource source, long limit, int longest, Random random)
      implements EventSource {
    @Override
    public long budget(Position now) {
      return Math.max(1, Math.min(limit - now.steps(), 1 + random.nextInt(longest)));
    }

    @Override
    public Answer poll(Machine machine, Boundary at) {
      return spent(at) ? new Answer.End("the limit of steps") : source.poll(machine, at);
    }

    @Override
    public Answer await(Machine machine, Boundary at) throws InterruptedException {
      if (spent(at)) {
        return new Answer.End("the limit of steps");
      }
      return machine.idleDeadline().isPresent()
          ? source.await(machine, at)
          : new Answer.End("the guest waits for nothing");
    }

    private boolean spent(Boundary at) {
      return at.position().steps() >= limit;
    }
  }
}
