package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.memory.AccessFaultException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlicTest {
  private static final int SUPERVISOR = 1;
  private static final int CLAIM = 0x20_1004;
  private static final int THRESHOLD = 0x20_1000;

  private final Wire machine = new Wire();
  private final Wire supervisor = new Wire();
  private final Plic plic = new Plic(machine, supervisor);

  private int in(int offset) throws AccessFaultException {
    return (int) plic.read(offset, 4);
  }

  private void out(int offset, int value) throws AccessFaultException {
    plic.write(offset, 4, value);
  }

  private void enable(int source, int priority) throws AccessFaultException {
    out(4 * source, priority);
    int word = 0x2000 + SUPERVISOR * 0x80 + source / 32 * 4;
    out(word, in(word) | 1 << source);
  }

  @BeforeEach
  void enableTheUart() throws Exception {
    enable(10, 1);
  }

  @Test
  void shouldDriveOnlyTheContextThatEnabledWhenASourceIsHigh() {
    plic.level(10, true);
    assertTrue(supervisor.high);
    assertFalse(machine.high);
  }

  @Test
  void shouldClaimOnceWhenTheSourceStaysHigh() throws Exception {
    plic.level(10, true);
    assertEquals(1 << 10, in(0x1000));
    assertEquals(10, in(CLAIM));
    assertFalse(supervisor.high);
    assertEquals(0, in(0x1000));
    assertEquals(0, in(CLAIM));
  }

  @Test
  void shouldAskAgainAfterCompletionWhenTheSourceWasDrivenMeanwhile() throws Exception {
    plic.level(10, true);
    in(CLAIM);
    out(CLAIM, 10);
    assertFalse(supervisor.high); // high, and nothing new
    plic.level(10, true);
    assertTrue(supervisor.high);
    in(CLAIM);
    plic.level(10, true);
    assertFalse(supervisor.high);
    out(CLAIM, 10);
    assertTrue(supervisor.high);
    in(CLAIM);
    plic.level(10, true);
    plic.level(10, false);
    out(CLAIM, 10);
    assertFalse(supervisor.high);
  }

  @Test
  void shouldNotAskInServiceWhenTheSourcePulses() throws Exception {
    plic.level(10, true);
    in(CLAIM);
    plic.level(10, false);
    plic.level(10, true);
    assertFalse(supervisor.high);
    plic.level(10, false);
    out(CLAIM, 10);
    assertFalse(supervisor.high);
  }

  @Test
  void shouldStayPendingWhenTheSourceFallsBeforeTheClaim() throws Exception {
    plic.level(10, true);
    plic.level(10, false);
    assertTrue(supervisor.high);
    assertEquals(10, in(CLAIM));
  }

  @Test
  void shouldClaimByPriorityThenByNumberWhenSeveralArePending() throws Exception {
    enable(95, 7);
    enable(40, 3);
    enable(33, 3);
    for (int source : new int[] {10, 95, 40, 33}) {
      plic.level(source, true);
    }
    assertEquals(95, in(CLAIM));
    assertEquals(33, in(CLAIM));
    assertEquals(40, in(CLAIM));
    assertEquals(10, in(CLAIM));
    assertEquals(0, in(CLAIM));
  }

  @Test
  void shouldMaskTheLineButNotTheClaimWhenTheThresholdIsHigher() throws Exception {
    out(THRESHOLD, 1);
    plic.level(10, true);
    assertFalse(supervisor.high);
    assertEquals(10, in(CLAIM));
  }

  @Test
  void shouldNeverInterruptWhenThePriorityIsZero() throws Exception {
    out(40, 0);
    plic.level(10, true);
    assertFalse(supervisor.high);
    assertEquals(0, in(CLAIM));
  }

  @Test
  void shouldIgnoreACompletionWhenTheSourceIsNotEnabled() throws Exception {
    plic.level(10, true);
    in(CLAIM);
    plic.level(10, true);
    out(0x2080, 0);
    out(CLAIM, 10);
    out(0x2080, 1 << 10);
    assertFalse(supervisor.high);
    out(CLAIM, 10);
    assertTrue(supervisor.high);
  }

  @Test
  void shouldHardwireReservedBitsWhenTheyAreWritten() throws Exception {
    out(0x2080, -1);
    assertEquals(~1, in(0x2080));
    out(4, 0xff);
    assertEquals(7, in(4));
    out(0, 7);
    assertEquals(0, in(0));
    out(0x1000, -1);
    assertEquals(0, in(0x1000));
    out(4 * 96, 7);
    assertEquals(0, in(4 * 96));
    assertEquals(0, in(0x5f_fffc), "a context that does not exist");
  }

  @Test
  void shouldFaultWhenWidthOrAlignmentIsWrong() {
    assertThrows(AccessFaultException.class, () -> plic.read(4, 8));
    assertThrows(AccessFaultException.class, () -> plic.read(4, 1));
    assertThrows(AccessFaultException.class, () -> plic.write(6, 4, 0));
  }

  @Test
  void shouldKeepLevelsWhenReset() throws Exception {
    plic.level(10, true);
    in(CLAIM);
    plic.reset();
    assertFalse(supervisor.high);
    enable(10, 1);
    assertTrue(supervisor.high);
  }
}
