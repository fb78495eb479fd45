package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.OutsideTools;
import dev.vls.vmm.StateWords;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.engine.Interpreter;
import dev.vls.vmm.engine.Stop;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Guests built for the {@code virt} board, on this one, with nothing but the board around them. */
class BoardSystemTest {
  private static final Path GUESTS = Path.of("..", "guests", "prebuilt");
  private static final Path OPENSBI =
      Path.of("/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.elf");
  private static final long RAM_BYTES = 64L << 20;
  private static final long STEPS_LIMIT = 100_000_000;
  private static final long LONG_QUANTUM = 1_000_000;
  private static final long SHORT_QUANTUM = 997;

  private record Result(List<String> power, String console, List<Long> state) {}

  @Test
  void shouldGreetAndPowerOffWhenTheGuestIsAPayload() throws Exception {
    Result result = twice(Firmware.SUPERVISOR_PAYLOAD, GUESTS.resolve("hello.elf"));
    assertEquals(List.of("off 0"), result.power(), result.console());
    assertTrue(result.console().startsWith("Hello from RISC-V."), result.console());
    assertTrue(result.console().contains("bootargs \"greeting=1\""), result.console());
    assertTrue(result.console().contains("memory 64 MiB at 80000000"), result.console());
  }

  @Test
  void shouldKeepTimeWhenTheGuestUsesTimers() throws Exception {
    Result result = twice(Firmware.SUPERVISOR_PAYLOAD, GUESTS.resolve("clock.elf"));
    assertEquals(List.of("off 0"), result.power(), result.console());
    assertTrue(result.console().contains("CLOCK PASS"), result.console());
  }

  @Test
  void shouldBootThroughFirmwareWhenTheGuestBringsIt() throws Exception {
    requireFirmware();
    Result result = twice(Firmware.MACHINE_FIRMWARE, OPENSBI, GUESTS.resolve("hello.elf"));
    assertEquals(List.of("off 0"), result.power(), result.console());
    for (String device : List.of("uart8250", "aclint-mswi", "aclint-mtimer", "sifive_test")) {
      assertTrue(result.console().contains(device), result.console());
    }
    assertTrue(result.console().contains("Hello from RISC-V."), result.console());
  }

  /** Runs in two different quanta, which must not show (R3). */
  private static Result twice(Firmware firmware, Path... images) throws Exception {
    Result result = run(firmware, LONG_QUANTUM, images);
    assertEquals(result, run(firmware, SHORT_QUANTUM, images));
    return result;
  }

  private static Result run(Firmware firmware, long quantum, Path... images) throws Exception {
    GuestMemory memory = new GuestMemory(RAM_BYTES, 4);
    MmioBus bus = new MmioBus();
    TimeBase time = new TimeBase(memory, TimeBase.rateFor(100_000_000));
    Hart hart = new Hart(0, memory, bus, time, firmware);
    Recorder world = new Recorder();
    Board board = new Board(memory, bus, List.of(hart), time, 0, hart::instret, world, world);
    Sbi sbi = new Sbi(memory, List.of(hart), board.consoleInput(), world, world, Optional.empty());
    hart.start(load(memory, firmware, images), 0, 0);
    hart.x(11, placeTree(memory));
    Engine engine = new Interpreter(memory);
    while (world.power.isEmpty() && hart.position().steps() < STEPS_LIMIT) {
      step(engine, quantum, time, hart, board, sbi);
    }
    List<Long> state = new ArrayList<>(StateWords.of(hart));
    state.addAll(StateWords.of(board));
    state.addAll(StateWords.of(time));
    return new Result(world.power, world.text(), state);
  }

  private static void step(
      Engine engine, long quantum, TimeBase time, Hart hart, Board board, Sbi sbi) {
    board.refresh();
    hart.refreshTimer();
    long deadline = Math.min(board.timerDeadline(), hart.timerDeadline());
    if (hart.waiting() && !hart.wakeable()) {
      assertTrue(deadline != Long.MAX_VALUE, "the guest waits for nothing");
      time.jump(time.time(deadline), hart.instret());
      return;
    }
    hart.waiting(false);
    long left = deadline == Long.MAX_VALUE ? quantum : deadline - hart.instret();
    if (engine.run(hart, Math.clamp(left, 1, quantum)) == Stop.ECALL) {
      sbi.call(hart);
    }
  }

  private static long load(GuestMemory memory, Firmware firmware, Path... images) throws Exception {
    ImageLoader loader = new ImageLoader(memory);
    long entry = 0;
    for (Path image : images) {
      LoadedImage loaded = loader.load(Files.readAllBytes(image), firmware);
      entry = entry == 0 ? loaded.entry() : entry;
    }
    return entry;
  }

  private static long placeTree(GuestMemory memory) throws ImageException {
    VirtDeviceTree tree =
        new VirtDeviceTree(1, RAM_BYTES, "greeting=1", VirtDeviceTree.Hypervisor.ABSENT);
    return new ImageLoader(memory).loadTree(tree.encode(), GuestMemory.RAM_BASE + (RAM_BYTES >> 1));
  }

  private static void requireFirmware() {
    if (!Files.isReadable(OPENSBI)) {
      OutsideTools.skip(BoardSystemTest.class, "no OpenSBI at " + OPENSBI);
    }
  }
}
