package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.log.Bytes;
import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.hart.Firmware;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a guest remarks is in the recording, at the instant at which it said so. */
final class GuestMarkTest {
  private static final long RAM = 16L << 20;

  private final List<Event> events = new ArrayList<>();
  private EndFrame end;

  @Test
  void shouldPutTheGuestsMarkIntoTheRecordingAndReplayIt() throws Exception {
    try (VirtualMachine vm = machine()) {
      assertEquals(new Outcome.PoweredOff(0), vm.record(new Kept()));
    }
    assertEquals(
        List.of("half of the self-test is done"),
        events.stream().map(event -> event.brk().mark()).filter(mark -> !mark.isEmpty()).toList());
    try (VirtualMachine vm = machine()) {
      LogSource source = vm.replay(new KeptFeed(), Long.MAX_VALUE);
      source.verifyEnd(vm.domain().run(source));
      assertEquals(events.size(), source.events());
    }
  }

  private static VirtualMachine machine() throws Exception {
    byte[] image =
        Files.readAllBytes(Path.of(System.getProperty("vls.root"), "guests/prebuilt/abi.elf"));
    MachineConfig config =
        new MachineConfig(RAM, 1, Firmware.SUPERVISOR_PAYLOAD, "", 100_000_000, 0);
    return VirtualMachine.create(
        new MachineSpec(
            config,
            MachineSpec.Time.VIRTUAL,
            CaptureMode.STRICT,
            GuestImages.guest("abi.elf", Bytes.wrap(image)),
            List.of(StandardDevices.store(RAM), StandardDevices.console())),
        StandardDevices.KINDS,
        OutputGate.Release.IMMEDIATE);
  }

  private final class Kept implements EventSink {
    @Override
    public void append(Event event) {
      events.add(event);
    }

    @Override
    public void end(EndFrame frame) {
      end = frame;
    }
  }

  private final class KeptFeed implements EventFeed {
    private int next;

    @Override
    public Item peek() {
      return next < events.size() ? new Item.Next(events.get(next)) : new Item.End(end);
    }

    @Override
    public void advance() {
      next++;
    }
  }
}
