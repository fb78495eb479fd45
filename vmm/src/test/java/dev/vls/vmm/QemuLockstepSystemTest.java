package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.board.BootImages;
import dev.vls.vmm.hart.Firmware;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * OpenSBI and Debian's kernel, step by step beside stock {@code qemu-system-riscv64} behind its
 * debugger's socket: the first difference is named with its instruction.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class QemuLockstepSystemTest {
  private static final long STEPS =
      Long.getLong("vls.lockstep", Boolean.getBoolean("vls.long") ? 12_000_000L : 3_000_000L);

  /** So many steps at the beginning are compared one by one. */
  private static final long SINGLE = 2_000;

  /** QEMU 7.2 has no ADUE there: firmware that reads it would see a difference. */
  private static final int MENVCFG = 0x30a;

  private static final Path FOLDER = Path.of("target", "lockstep");

  private static StockFiles linux;

  @BeforeAll
  static void prepare() throws Exception {
    OutsideTools.require(QemuLockstepSystemTest.class, "qemu-system-riscv64");
    linux = StockFiles.fetch(QemuLockstepSystemTest.class);
  }

  @Test
  void shouldAgreeWithTheEmulatorWhenFirmwareStartsAKernel() throws Exception {
    Run run = run(STEPS, Long.MAX_VALUE);
    if (run.difference().isPresent()) {
      Run again = run(STEPS, run.stretch());
      fail(again.difference().orElse("not found again: " + run.difference().get()));
    }
    System.out.printf(
        "QemuLockstepSystemTest: %,d steps are equal; %,d of them were ours alone%n",
        STEPS, run.alone());
    assertTrue(run.alone() < STEPS / 50, "hardly anything was compared");
  }

  /** What came of one. */
  private record Run(Optional<String> difference, long stretch, long alone) {}

  private static Run run(long steps, long single) throws Exception {
    Machine machine =
        new Machine(
            new MachineConfig(
                128L << 20,
                1,
                Firmware.MACHINE_FIRMWARE,
                "console=ttyS0 quiet no5lvl",
                MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
                0),
            EngineKind.INTERPRETER);
    machine.load(
        BootImages.of(linux.read("fw_jump.bin"))
            .withKernel(linux.read("vmlinux"))
            .withInitrd(linux.read("initramfs.cpio")));
    machine.harts().getFirst().csrs().write(MENVCFG, 0);
    try (QemuHart qemu = new QemuHart(FOLDER, machine.memory())) {
      Lockstep lockstep = new Lockstep(machine, qemu);
      Optional<String> difference = lockstep.run(Math.min(SINGLE, steps), 0);
      if (difference.isEmpty()) {
        difference = lockstep.run(steps, single);
      }
      return new Run(difference, lockstep.lastStretch(), lockstep.alone());
    }
  }
}
