package dev.vls.drivers;

import dev.vls.drivers.console.ConsolePort;
import dev.vls.drivers.store.DomainConfig;
import dev.vls.drivers.store.StorePort;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Domain;
import dev.vls.sma.EventSource;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.sma.VirtualTime;
import dev.vls.vmm.Machine;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.hart.Firmware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A prebuilt guest with store and console, run live on a thread of its own. */
public final class GuestRun {
  private static final long RAM_BYTES = 32L << 20;
  private static final long GATE_BYTES = 1 << 20;

  /** The domain: plug in and attach before {@link #start}. */
  public final Domain domain;

  /** The store. */
  public final StorePort store = new StorePort(new DomainConfig("guest", RAM_BYTES / 1024));

  /** The console. */
  public final ConsolePort console = new ConsolePort();

  /** Loads {@code guests/prebuilt/NAME.elf}, output leaving at once. */
  public GuestRun(String name, String arguments, CaptureMode mode)
      throws IOException, ImageException {
    this(name, arguments, mode, OutputGate.Release.IMMEDIATE);
  }

  /** Loads {@code guests/prebuilt/NAME.elf}. */
  public GuestRun(String name, String arguments, CaptureMode mode, OutputGate.Release release)
      throws IOException, ImageException {
    MachineConfig config =
        new MachineConfig(
            RAM_BYTES,
            1,
            Firmware.SUPERVISOR_PAYLOAD,
            arguments,
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
            0);
    Machine machine = new Machine(config);
    Path images = Path.of(System.getProperty("vls.root"), "guests", "prebuilt");
    machine.load(Files.readAllBytes(images.resolve(name + ".elf")));
    domain = new Domain(machine, new OutputGate(release, GATE_BYTES), mode);
    domain.plug("store", store);
    domain.plug("console", console);
  }

  /** Runs the guest live to its end on a new thread. */
  public CompletableFuture<Outcome> start() {
    return start(domain.live(new VirtualTime()));
  }

  /** Runs the guest on a new thread. */
  public CompletableFuture<Outcome> start(EventSource source) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("domain")
        .daemon()
        .start(
            () -> {
              try {
                outcome.complete(domain.run(source));
              } catch (Throwable problem) {
                outcome.completeExceptionally(problem);
              }
            });
    return outcome;
  }
}
