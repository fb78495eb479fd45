package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.hart.Interrupt;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedOpsTest {
  private static final long ARGUMENT = XenFixture.ARGUMENT;
  private static final long PORTS = ARGUMENT + 64;

  private final XenFixture guest = new XenFixture(2).mapShared().registered(0).registered(1);
  private final int port = hostChannel();

  private int hostChannel() {
    int each = guest.allocUnbound(DomainId.HOST);
    guest.domain.events().bindHost(each, from -> {});
    return each;
  }

  private long sched(int operation) {
    return guest.call(Hypercalls.SCHED_OP, operation, ARGUMENT);
  }

  private long poll(long timeoutNs, int... ports) {
    for (int i = 0; i < ports.length; i++) {
      guest.put32(PORTS + 4L * i, ports[i]);
    }
    return pollRaw(PORTS, ports.length, timeoutNs);
  }

  private long pollRaw(long list, int count, long timeoutNs) {
    guest.put64(ARGUMENT, list);
    guest.put32(ARGUMENT + 8, count);
    guest.put64(ARGUMENT + 16, timeoutNs);
    return sched(SchedOps.POLL);
  }

  private boolean runnable() {
    return guest.domain.runnable(guest.hart);
  }

  @Test
  void shouldReturnAtOnceWhenAPolledPortIsPending() {
    guest.mask(port, true);
    guest.domain.events().raise(port);
    assertEquals(0, poll(0, 1, port));
    assertFalse(guest.hart.waiting());
  }

  @Test
  void shouldWaitForTheEventWhenNothingIsPending() {
    guest.mask(port, true);
    assertEquals(0, poll(0, port));
    assertTrue(guest.hart.waiting());
    assertFalse(runnable());
    assertEquals(Long.MAX_VALUE, guest.domain.pollDeadline());
    guest.domain.events().raise(port);
    assertFalse(guest.hart.waiting());
    assertTrue(runnable());
  }

  @Test
  void shouldSleepOnWhenAnotherPortGetsAnEvent() {
    int other = hostChannel();
    guest.mask(other, true);
    assertEquals(0, poll(0, port));
    guest.domain.events().raise(other);
    assertFalse(runnable());
  }

  @Test
  void shouldWakeForAnyEventWhenSeveralPortsArePolled() {
    int other = hostChannel();
    guest.mask(other, true);
    assertEquals(0, poll(0, port, 1));
    guest.domain.events().raise(other);
    assertTrue(runnable());
  }

  @Test
  void shouldNotWakeWhenTheEventWasPendingBefore() {
    int other = hostChannel();
    guest.mask(other, true);
    guest.domain.events().raise(other);
    assertEquals(0, poll(0, port, 1));
    guest.domain.events().raise(other); // step 1 of the delivery stops here
    assertFalse(runnable());
  }

  @Test
  void shouldWakeWhenTheTimeoutHasCome() {
    long now = guest.time.time(guest.hart.instret());
    assertEquals(0, poll((now + 50) * 100 - 99, port));
    assertEquals(now + 50, guest.domain.pollTicks());
    assertEquals(50, guest.domain.pollDeadline() - guest.hart.instret());
    guest.hart.instret(guest.hart.instret() + 49);
    assertFalse(runnable());
    guest.hart.instret(guest.hart.instret() + 1);
    assertTrue(runnable());
    assertEquals(-1, guest.domain.pollTicks());
    assertEquals(Long.MAX_VALUE, guest.domain.pollDeadline());
  }

  @Test
  void shouldFollowTheTimeWhenItIsRebasedDuringAPoll() {
    assertEquals(0, poll(1_000_000, port));
    assertFalse(runnable());
    guest.time.jump(10_000, guest.hart.instret());
    assertTrue(runnable());
  }

  @Test
  void shouldReturnAtOnceWhenTheTimeoutIsPast() {
    guest.hart.instret(1000);
    assertEquals(0, poll(1, port));
    assertFalse(guest.hart.waiting());
    assertEquals(0, poll(-1L, port)); // 584 years on
    assertTrue(guest.hart.waiting());
  }

  @Test
  void shouldWakeForAnEnabledInterruptWhateverTheMaskSays() {
    assertEquals(0, poll(0, port));
    guest.hart.csrs().write(0x104, 1L << Interrupt.SEI);
    guest.hart.line(Interrupt.SEI, true);
    assertTrue(runnable());
    guest.hart.line(Interrupt.SEI, false);
    guest.domain.events().raise(port);
    assertTrue(runnable());
  }

  @Test
  void shouldForgetThePollWhenTheWaitHasEnded() {
    assertEquals(0, poll(5_000_000, port));
    guest.domain.events().raise(port);
    guest.hart.waiting(true); // a WFI later on
    guest.time.jump(50_000, guest.hart.instret());
    assertFalse(runnable());
  }

  @Test
  void shouldRefuseThePollWhenAnArgumentIsBad() {
    assertEquals(-Errno.EINVAL, pollRaw(PORTS, 129, 0));
    assertEquals(-Errno.EINVAL, pollRaw(PORTS, -1, 0));
    assertEquals(-Errno.EFAULT, pollRaw(XenFixture.NOWHERE, 1, 0));
    assertEquals(-Errno.EINVAL, poll(0, 0));
    assertEquals(-Errno.EINVAL, poll(0, 4096));
    assertEquals(-Errno.EINVAL, poll(0, -1));
    assertFalse(guest.hart.waiting());
    int[] many = new int[128];
    java.util.Arrays.fill(many, port);
    assertEquals(0, poll(0, many));
    assertTrue(guest.hart.waiting());
  }

  @Test
  void shouldSleepUntilTheTimeoutWhenNoPortIsGiven() {
    assertEquals(0, poll(100_000, new int[0]));
    assertFalse(runnable());
    guest.domain.events().raise(port);
    assertTrue(runnable());
  }

  @Test
  void shouldEnableInterruptsAndWaitWhenBlocked() {
    guest.hart.csrs().write(0x104, 1L << XenDomain.UPCALL_INTERRUPT);
    assertEquals(0, sched(SchedOps.BLOCK));
    assertTrue(guest.hart.waiting());
    assertEquals(2, guest.hart.csrs().read(0x100) & 2);
    assertFalse(runnable());
    guest.domain.events().raise(port);
    assertTrue(runnable());
    assertTrue(guest.hart.interruptible());
  }

  @Test
  void shouldNotBlockWhenAnEventIsPending() {
    guest.hart.csrs().write(0x104, 1L << XenDomain.UPCALL_INTERRUPT);
    guest.domain.events().raise(port);
    assertEquals(0, sched(SchedOps.BLOCK));
    assertFalse(guest.hart.waiting());
  }

  @Test
  void shouldEndTheRunWithTheReasonWhenShutDown() {
    guest.put32(ARGUMENT, 0);
    assertEquals(0, sched(SchedOps.SHUTDOWN));
    assertEquals(List.of("off 0"), guest.power);
    assertTrue(guest.hart.takePause());
  }

  @Test
  void shouldResetWhenTheReasonIsReboot() {
    guest.put32(ARGUMENT, 1);
    assertEquals(0, sched(SchedOps.SHUTDOWN));
    assertEquals(List.of("reset"), guest.power);
  }

  @Test
  void shouldKeepTheFirstReasonThatWasLatched() {
    guest.put32(ARGUMENT, 3);
    assertEquals(0, sched(SchedOps.SHUTDOWN_CODE));
    guest.put32(ARGUMENT, 0);
    assertEquals(0, sched(SchedOps.SHUTDOWN_CODE));
    assertEquals(0, sched(SchedOps.SHUTDOWN));
    assertEquals(List.of("off 3"), guest.power);
  }

  @Test
  void shouldYieldWithoutWaiting() {
    guest.hart.takePause();
    assertEquals(0, guest.call(Hypercalls.SCHED_OP, SchedOps.YIELD, XenFixture.NOWHERE));
    assertTrue(guest.hart.takePause());
    assertFalse(guest.hart.waiting());
  }

  @Test
  void shouldRefusePrivilegedAndUnknownOperations() {
    guest.put16(ARGUMENT, DomainId.HOST);
    assertEquals(-Errno.EPERM, sched(SchedOps.REMOTE_SHUTDOWN));
    guest.put16(ARGUMENT, 5);
    assertEquals(-Errno.ESRCH, sched(SchedOps.REMOTE_SHUTDOWN));
    assertEquals(-Errno.EPERM, sched(SchedOps.PIN_OVERRIDE));
    for (int operation : new int[] {6, 8, -1}) {
      assertEquals(-Errno.ENOSYS, sched(operation));
    }
    for (int operation : new int[] {2, 3, 4, 5, 7}) {
      assertEquals(-Errno.EFAULT, guest.call(Hypercalls.SCHED_OP, operation, XenFixture.NOWHERE));
    }
  }
}
