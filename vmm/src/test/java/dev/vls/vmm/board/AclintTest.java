package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.GuestMemory;
import org.junit.jupiter.api.Test;

class AclintTest {
  private final GuestMemory memory = new GuestMemory(4096, 1);
  private final TimeBase time = new TimeBase(memory, TimeBase.rateFor(70_000_000));
  private final Wire[] software = {new Wire(), new Wire()};
  private final Wire[] timer = {new Wire(), new Wire()};
  private final Recorder world = new Recorder();
  private long instret;
  private final Aclint aclint = new Aclint(software, timer, time, () -> instret, world::yielded);

  @Test
  void shouldDriveOnlyItsHartWhenMsipIsWritten() throws Exception {
    aclint.write(4, 4, 0xffff_ffffL);
    assertTrue(software[1].high);
    assertFalse(software[0].high);
    assertEquals(1, aclint.read(4, 4));
    aclint.write(4, 4, 0xffff_fffeL);
    assertFalse(software[1].high);
    aclint.write(8, 4, 1);
    assertEquals(0, aclint.read(8, 4), "no such hart");
  }

  @Test
  void shouldRaiseMtiAtExactlyTheDeadlineWhenInstructionsPass() throws Exception {
    instret = 1_000;
    aclint.write(0x4000, 8, 12_345);
    assertEquals(1, world.yields);
    long deadline = aclint.timerDeadline();
    assertTrue(deadline > instret && deadline != Long.MAX_VALUE);
    instret = deadline - 1;
    aclint.refresh();
    assertFalse(timer[0].high);
    instret = deadline;
    aclint.refresh();
    assertTrue(timer[0].high);
    assertFalse(timer[1].high);
    assertEquals(Long.MAX_VALUE, aclint.timerDeadline(), "what is high already is no deadline");
  }

  @Test
  void shouldBeTheNearestDeadlineWhenBothHartsWait() throws Exception {
    aclint.write(0x4000, 8, 5_000);
    aclint.write(0x4008, 8, 1_000);
    assertEquals(time.instretAt(1_000, 0), aclint.timerDeadline());
  }

  @Test
  void shouldDropMtiAtOnceWhenMtimecmpMovesIntoTheFuture() throws Exception {
    aclint.write(0x4000, 8, 0);
    assertTrue(timer[0].high);
    aclint.write(0x4004, 4, 0xffff_ffffL);
    assertFalse(timer[0].high);
    assertEquals(0xffff_ffff_0000_0000L, aclint.read(0x4000, 8));
    aclint.write(0x4000, 4, 0x1234_5678);
    assertEquals(0xffff_ffff_1234_5678L, aclint.read(0x4000, 8));
    assertEquals(0x1234_5678, aclint.read(0x4000, 4));
    assertEquals(0xffff_ffffL, aclint.read(0x4004, 4));
  }

  @Test
  void shouldReadTheTimeBaseAndIgnoreWritesWhenMtimeIsUsed() throws Exception {
    instret = 7_000_000;
    long now = time.time(instret);
    assertTrue(now > 0);
    aclint.write(0xbff8, 8, 0);
    assertEquals(now, aclint.read(0xbff8, 8));
    assertEquals(now & 0xffff_ffffL, aclint.read(0xbff8, 4));
    assertEquals(now >>> 32, aclint.read(0xbffc, 4));
  }

  @Test
  void shouldNeverExpireWhenMtimecmpWasNotWritten() {
    instret = Long.MAX_VALUE >>> 8;
    aclint.refresh();
    assertFalse(timer[0].high);
    assertEquals(Long.MAX_VALUE, aclint.timerDeadline());
  }

  @Test
  void shouldFaultWhenWidthOrAlignmentIsWrong() {
    assertThrows(AccessFaultException.class, () -> aclint.read(0, 8));
    assertThrows(AccessFaultException.class, () -> aclint.read(0xbffc, 8));
    assertThrows(AccessFaultException.class, () -> aclint.write(0x4002, 4, 0));
    assertThrows(AccessFaultException.class, () -> aclint.write(0x4000, 1, 0));
  }

  @Test
  void shouldLowerEverythingWhenReset() throws Exception {
    aclint.write(0, 4, 1);
    aclint.write(0x4000, 8, 0);
    aclint.reset();
    assertFalse(software[0].high);
    assertFalse(timer[0].high);
  }
}
