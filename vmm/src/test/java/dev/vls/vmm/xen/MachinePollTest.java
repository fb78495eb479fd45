package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Machine;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.hart.Firmware;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** A guest that polls with a timeout, in a whole machine. */
class MachinePollTest {
  private static final long DEADLINE_TICKS = 12_345;
  private static final int[] CODE = {
    0x0000_0597, // auipc a1, 0
    0x0405_8593, // addi a1, a1, 64
    0x0030_0513, // li a0, SCHEDOP_poll
    0x01d0_0813, // li a6, sched_op
    0x0856_58b7, // lui a7, 0x8565
    0xc538_8893, // addi a7, a7, -0x3ad
    0x0000_0073, // ecall
    0x1050_0073, // wfi
    0xffdf_f06f // j to the wfi
  };

  private static byte[] image() {
    ByteBuffer image = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : CODE) {
      image.putInt(word);
    }
    image.putLong(64 + 16, DEADLINE_TICKS * GuestClock.TICK_NS);
    return image.array();
  }

  @Test
  void shouldWakeAtTheTickOfTheTimeoutWhenTimeJumps() throws ImageException {
    Machine machine =
        new Machine(
            new MachineConfig(
                MachineConfig.MIN_RAM_BYTES,
                1,
                Firmware.SUPERVISOR_PAYLOAD,
                "",
                MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
                XenConfig.VIRTUAL_EPOCH_NS));
    machine.load(image());
    machine.run(1000);
    assertEquals(7, machine.position().steps());
    assertFalse(machine.runnable());
    assertEquals(DEADLINE_TICKS, machine.idleDeadline().orElseThrow());
    machine.jumpToDeadline();
    assertTrue(machine.runnable());
    machine.run(1);
    assertEquals(8, machine.position().steps());
    assertFalse(machine.runnable()); // it waits for an interrupt now, and nothing has a deadline
    assertTrue(machine.idleDeadline().isEmpty());
  }
}
