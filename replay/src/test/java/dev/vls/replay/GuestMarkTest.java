package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vls.log.Bytes;
import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Domain;
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
      LogSource source = vm.replay(new KeptFeed(events), Long.MAX_VALUE);
      source.verifyEnd(vm.domain().run(source));
      assertEquals(events.size(), source.events());
    }
  }

  @Test
  void shouldPutARemarkFromOutsideIntoTheRecordingAndPassItInReplay() throws Exception {
    try (VirtualMachine vm = machine()) {
      vm.domain().remark("before the first instruction");
      vm.domain().remark("and one more");
      assertEquals(new Outcome.PoweredOff(0), vm.record(new Kept()));
    }
    assertEquals("before the first instruction\nand one more", events.getFirst().brk().remark());
    List<Event> recorded = List.copyOf(events);
    events.clear();
    try (VirtualMachine vm = machine()) {
      LogSource source = vm.replay(new KeptFeed(recorded), Long.MAX_VALUE);
      vm.domain().observe(new Recorder(vm.domain(), new Kept()));
      source.verifyEnd(vm.domain().run(source));
    }
    assertEquals(
        recorded.stream().map(event -> event.brk().remark()).toList(),
        events.stream().map(event -> event.brk().remark()).toList());
  }

  @Test
  void shouldRefuseARemarkThatIsNoneOrTooLong() throws Exception {
    try (VirtualMachine vm = machine()) {
      String longest = "x".repeat(Domain.MOST_REMARK);
      assertThrows(IllegalArgumentException.class, () -> vm.domain().remark(longest + "x"));
      assertThrows(IllegalArgumentException.class, () -> vm.domain().remark(""));
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
    private final List<Event> events;
    private int next;

    KeptFeed(List<Event> events) {
      this.events = events;
    }

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
