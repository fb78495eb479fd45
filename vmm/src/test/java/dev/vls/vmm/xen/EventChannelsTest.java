package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventChannelsTest {
  private static final int HOST = DomainId.HOST;

  private final XenFixture guest = new XenFixture(2).mapShared().registered(0).registered(1);
  private final List<Integer> notified = new ArrayList<>();

  private int hostChannel() {
    int port = guest.allocUnbound(HOST);
    assertTrue(guest.domain.events().bindHost(port, notified::add) > 0);
    return port;
  }

  private int loopback(int listener) {
    assertEquals(0, guest.bindInterdomain(XenFixture.SELF, listener));
    return (int) guest.get32(XenFixture.ARGUMENT + 8);
  }

  private long bindVcpu(int port, int vcpu) {
    guest.put32(XenFixture.ARGUMENT, port);
    guest.put32(XenFixture.ARGUMENT + 4, vcpu);
    return guest.event(EventOps.BIND_VCPU);
  }

  private long bindVirq(int virq, int vcpu) {
    guest.put32(XenFixture.ARGUMENT, virq);
    guest.put32(XenFixture.ARGUMENT + 4, vcpu);
    return guest.event(EventOps.BIND_VIRQ);
  }

  private long status(int domain, int port) {
    guest.put16(XenFixture.ARGUMENT, domain);
    guest.put32(XenFixture.ARGUMENT + 4, port);
    return guest.event(EventOps.STATUS);
  }

  private void expectStatus(int port, int status, int vcpu) {
    assertEquals(0, status(XenFixture.SELF, port));
    assertEquals(status, guest.get32(XenFixture.ARGUMENT + 8));
    assertEquals(vcpu, guest.get32(XenFixture.ARGUMENT + 12));
  }

  @Test
  void shouldAllocateTheLowestFreePortWhenPortsAreClosed() {
    int first = guest.allocUnbound(HOST);
    int second = guest.allocUnbound(HOST);
    assertEquals(3, first); // store and console have 1 and 2
    assertEquals(4, second);
    assertEquals(0, guest.portOp(EventOps.CLOSE, first));
    assertEquals(first, guest.allocUnbound(77)); // the remote need not exist yet
  }

  @Test
  void shouldRefuseToAllocateWhenTheDomainIsNotTheCaller() {
    guest.put16(XenFixture.ARGUMENT, HOST);
    assertEquals(-Errno.EPERM, guest.event(EventOps.ALLOC_UNBOUND));
    guest.put16(XenFixture.ARGUMENT, 9);
    assertEquals(-Errno.ESRCH, guest.event(EventOps.ALLOC_UNBOUND));
  }

  @Test
  void shouldRunOutOfSpaceWhenAllPortsAreOpen() {
    for (int port = 3; port < EventChannels.PORTS; port++) {
      assertEquals(port, guest.allocUnbound(HOST));
    }
    guest.put16(XenFixture.ARGUMENT, XenFixture.SELF);
    assertEquals(-Errno.ENOSPC, guest.event(EventOps.ALLOC_UNBOUND));
    guest.put32(XenFixture.ARGUMENT, 0);
    assertEquals(-Errno.ENOSPC, guest.event(EventOps.BIND_IPI));
    assertEquals(-Errno.ENOSPC, bindVirq(Virq.TIMER, 0));
  }

  @Test
  void shouldSetTheBindersPortPendingWhenInterdomainIsBound() {
    int listener = guest.allocUnbound(XenFixture.SELF);
    int binder = loopback(listener);
    assertTrue(guest.pending(binder));
    assertFalse(guest.pending(listener));
    expectStatus(binder, 2, 0);
    assertEquals(DomainId.GUEST, guest.get16(XenFixture.ARGUMENT + 16));
    assertEquals(listener, guest.get32(XenFixture.ARGUMENT + 20));
    expectStatus(listener, 2, 0);
    assertEquals(binder, guest.get32(XenFixture.ARGUMENT + 20));
  }

  @Test
  void shouldRefuseToBindWhenThePortDoesNotWaitForTheCaller() {
    int forHost = guest.allocUnbound(HOST);
    int listener = guest.allocUnbound(XenFixture.SELF);
    loopback(listener);
    assertEquals(-Errno.EINVAL, guest.bindInterdomain(XenFixture.SELF, forHost));
    assertEquals(-Errno.EINVAL, guest.bindInterdomain(XenFixture.SELF, listener));
    assertEquals(-Errno.EINVAL, guest.bindInterdomain(XenFixture.SELF, 0));
    assertEquals(-Errno.EINVAL, guest.bindInterdomain(XenFixture.SELF, 4000));
    assertEquals(-Errno.EINVAL, guest.bindInterdomain(XenFixture.SELF, -1));
    assertEquals(-Errno.EINVAL, guest.bindInterdomain(HOST, 1));
    assertEquals(-Errno.ESRCH, guest.bindInterdomain(5, 1));
  }

  @Test
  void shouldJoinTheHostsListenerWhenTheGuestBindsIt() {
    int hostPort = guest.domain.events().listenHost(notified::add);
    assertEquals(0, guest.bindInterdomain(HOST, hostPort));
    int port = (int) guest.get32(XenFixture.ARGUMENT + 8);
    assertTrue(guest.pending(port));
    assertEquals(0, guest.portOp(EventOps.SEND, port));
    assertEquals(List.of(port), notified);
    assertEquals(-Errno.EINVAL, guest.bindInterdomain(HOST, hostPort));
  }

  @Test
  void shouldNotifyTheHostInsideTheCallWhenTheGuestSends() {
    int port = hostChannel();
    assertEquals(0, guest.portOp(EventOps.SEND, port));
    assertEquals(0, guest.portOp(EventOps.SEND, port));
    assertEquals(List.of(port, port), notified);
    assertFalse(guest.pending(port));
  }

  @Test
  void shouldDropTheEventWhenThePortIsUnbound() {
    int port = guest.allocUnbound(HOST);
    assertEquals(0, guest.portOp(EventOps.SEND, port));
    assertFalse(guest.pending(port));
  }

  @Test
  void shouldRefuseToSendWhenThePortIsOfTheWrongKind() {
    assertEquals(0, bindVirq(Virq.TIMER, 0));
    int virq = (int) guest.get32(XenFixture.ARGUMENT + 8);
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.SEND, virq));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.SEND, 0));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.SEND, 100));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.SEND, EventChannels.PORTS));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.SEND, -1));
  }

  @Test
  void shouldDeliverPendingSelectorAndUpcallWhenTheHostRaises() {
    int port = hostChannel();
    guest.domain.events().raise(port);
    assertTrue(guest.pending(port));
    assertEquals(1L << port / 64, guest.selector(0));
    assertTrue(guest.upcallByte(0));
    assertTrue(guest.upcall(0));
    assertFalse(guest.upcall(1));
  }

  @Test
  void shouldStopAtThePendingBitWhenItIsSetAlready() {
    int port = hostChannel();
    guest.domain.events().raise(port);
    guest.quiet(0);
    guest.domain.events().raise(port);
    assertEquals(0, guest.selector(0));
    assertFalse(guest.upcallByte(0));
  }

  @Test
  void shouldSkipSelectorAndUpcallWhenThePortIsMasked() {
    int port = hostChannel();
    guest.mask(port, true);
    guest.domain.events().raise(port);
    assertTrue(guest.pending(port));
    assertEquals(0, guest.selector(0));
    assertFalse(guest.upcall(0));
  }

  @Test
  void shouldNotRaiseTheUpcallWhenTheSelectorBitIsSetAlready() {
    int port = hostChannel();
    guest.put64(XenFixture.infoOf(0) + VcpuInfoLayout.PENDING_SEL_OFFSET, 1);
    guest.domain.events().raise(port);
    assertTrue(guest.pending(port));
    assertFalse(guest.upcallByte(0));
  }

  @Test
  void shouldIgnoreTheRaiseWhenThePortIsNotJoinedToTheHost() {
    int unbound = guest.allocUnbound(HOST);
    int ipi = guest.bindIpi(0);
    for (int port : new int[] {unbound, ipi, 0, -1, 4095, 4096, Integer.MAX_VALUE}) {
      guest.domain.events().raise(port);
    }
    assertFalse(guest.pending(unbound));
    assertFalse(guest.pending(ipi));
  }

  @Test
  void shouldDeliverToTheBoundVcpuWhenAnIpiIsSent() {
    int port = guest.bindIpi(1);
    assertEquals(0, guest.portOp(EventOps.SEND, port));
    assertTrue(guest.pending(port));
    assertFalse(guest.upcall(0));
    assertTrue(guest.upcall(1));
    expectStatus(port, 5, 1);
  }

  @Test
  void shouldRefuseTheBindingWhenTheVcpuDoesNotExist() {
    guest.put32(XenFixture.ARGUMENT, 2);
    assertEquals(-Errno.ENOENT, guest.event(EventOps.BIND_IPI));
    guest.put32(XenFixture.ARGUMENT, -1);
    assertEquals(-Errno.ENOENT, guest.event(EventOps.BIND_IPI));
    assertEquals(-Errno.ENOENT, bindVirq(Virq.TIMER, 2));
    assertEquals(-Errno.ENOENT, bindVcpu(1, 2));
  }

  @Test
  void shouldFollowTheClassOfTheVirqWhenItIsBound() {
    assertEquals(0, bindVirq(Virq.TIMER, 1));
    int port = (int) guest.get32(XenFixture.ARGUMENT + 8);
    expectStatus(port, 4, 1);
    assertEquals(Virq.TIMER, guest.get32(XenFixture.ARGUMENT + 16));
    assertEquals(0, bindVirq(Virq.TIMER, 0));
    assertEquals(-Errno.EEXIST, bindVirq(Virq.TIMER, 1));
    assertEquals(0, bindVirq(Virq.ARGO, 0));
    assertEquals(-Errno.EEXIST, bindVirq(Virq.ARGO, 0));
    assertEquals(-Errno.EINVAL, bindVirq(Virq.ARGO, 1));
    assertEquals(-Errno.EBUSY, bindVirq(2, 0));
    assertEquals(-Errno.EINVAL, bindVirq(Virq.COUNT, 0));
    assertEquals(-Errno.EINVAL, bindVirq(-1, 0));
  }

  @Test
  void shouldMoveOnlyFutureEventsWhenAPortChangesItsVcpu() {
    int port = hostChannel();
    guest.domain.events().raise(port);
    assertEquals(0, bindVcpu(port, 1));
    assertTrue(guest.upcall(0));
    assertFalse(guest.upcall(1));
    guest.quiet(0);
    guest.clearPending(port);
    guest.domain.events().raise(port);
    assertFalse(guest.upcall(0));
    assertTrue(guest.upcall(1));
    expectStatus(port, 2, 1);
  }

  @Test
  void shouldRefuseToMoveWhenThePortIsTiedToItsVcpu() {
    int ipi = guest.bindIpi(0);
    assertEquals(0, bindVirq(Virq.DEBUG, 0));
    int virq = (int) guest.get32(XenFixture.ARGUMENT + 8);
    assertEquals(-Errno.EINVAL, bindVcpu(ipi, 1));
    assertEquals(-Errno.EINVAL, bindVcpu(virq, 1));
    assertEquals(-Errno.EINVAL, bindVcpu(2000, 1));
    assertEquals(0, bindVirq(Virq.ARGO, 0));
    int argo = (int) guest.get32(XenFixture.ARGUMENT + 8);
    assertEquals(0, bindVcpu(argo, 1));
  }

  @Test
  void shouldLeaveThePeerUnboundWhenAPortIsClosed() {
    int listener = guest.allocUnbound(XenFixture.SELF);
    int binder = loopback(listener);
    assertEquals(0, bindVcpu(binder, 1));
    guest.mask(binder, true);
    assertEquals(0, guest.portOp(EventOps.CLOSE, binder));
    assertFalse(guest.pending(binder)); // cleared on free
    assertTrue(guest.masked(binder)); // the mask is the guest's
    assertFalse(guest.pending(listener));
    expectStatus(listener, 1, 0);
    assertEquals(DomainId.GUEST, guest.get16(XenFixture.ARGUMENT + 16));
    expectStatus(binder, 0, 0);
    assertEquals(binder, loopback(listener));
  }

  @Test
  void shouldRefuseToCloseWhenThePortIsNotOpen() {
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.CLOSE, 0));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.CLOSE, 1000));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.CLOSE, 4096));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.CLOSE, -5));
  }

  @Test
  void shouldLetTheHostListenAgainWhenTheGuestCloses() {
    int port = hostChannel();
    assertEquals(0, guest.portOp(EventOps.CLOSE, port));
    guest.domain.events().raise(port);
    assertFalse(guest.pending(port));
    assertEquals(0, guest.bindInterdomain(HOST, 1));
  }

  @Test
  void shouldLeaveTheGuestsPortUnboundWhenTheHostCloses() {
    int port = guest.allocUnbound(HOST);
    int hostPort = guest.domain.events().bindHost(port, notified::add);
    guest.domain.events().closeHost(hostPort);
    guest.domain.events().closeHost(hostPort);
    expectStatus(port, 1, 0);
    assertEquals(HOST, guest.get16(XenFixture.ARGUMENT + 16));
    assertEquals(0, guest.portOp(EventOps.SEND, port));
    assertEquals(List.of(), notified);
    assertEquals(hostPort, guest.domain.events().bindHost(port, notified::add));
  }

  @Test
  void shouldRefuseTheHostWhenThePortDoesNotWaitForIt() {
    EventChannels events = guest.domain.events();
    assertEquals(-Errno.EINVAL, events.bindHost(guest.bindIpi(0), notified::add));
    assertEquals(-Errno.EINVAL, events.bindHost(guest.allocUnbound(7), notified::add));
    assertEquals(-Errno.EINVAL, events.bindHost(hostChannel(), notified::add));
    assertEquals(-Errno.EINVAL, events.bindHost(0, notified::add));
    assertEquals(-Errno.EINVAL, events.bindHost(99999, notified::add));
  }

  @Test
  void shouldRaiseAgainWhenAPendingPortIsUnmasked() {
    int port = hostChannel();
    assertEquals(0, bindVcpu(port, 1));
    guest.mask(port, true);
    guest.domain.events().raise(port);
    assertFalse(guest.upcall(1));
    assertEquals(0, guest.portOp(EventOps.UNMASK, port));
    assertFalse(guest.masked(port));
    assertEquals(1, guest.selector(1));
    assertTrue(guest.upcall(1));
  }

  @Test
  void shouldOnlyClearTheMaskWhenNothingIsPending() {
    int port = hostChannel();
    guest.mask(port, true);
    assertEquals(0, guest.portOp(EventOps.UNMASK, port));
    assertFalse(guest.masked(port));
    assertFalse(guest.upcall(0));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.UNMASK, 0));
    assertEquals(-Errno.EINVAL, guest.portOp(EventOps.UNMASK, 4096));
  }

  @Test
  void shouldCloseEverythingWhenReset() {
    int port = hostChannel();
    guest.put16(XenFixture.ARGUMENT, XenFixture.SELF);
    assertEquals(0, guest.event(EventOps.RESET));
    expectStatus(port, 0, 0);
    expectStatus(1, 0, 0);
    guest.put16(XenFixture.ARGUMENT, HOST);
    assertEquals(-Errno.EPERM, guest.event(EventOps.RESET));
    guest.put16(XenFixture.ARGUMENT, 3);
    assertEquals(-Errno.ESRCH, guest.event(EventOps.RESET));
  }

  @Test
  void shouldRefuseTheStatusWhenDomainOrPortIsNotTheCallers() {
    assertEquals(-Errno.EPERM, status(HOST, 1));
    assertEquals(-Errno.ESRCH, status(8, 1));
    assertEquals(-Errno.EINVAL, status(XenFixture.SELF, 0));
    assertEquals(-Errno.EINVAL, status(XenFixture.SELF, 4096));
    assertEquals(0, status(DomainId.GUEST, 1));
  }

  @Test
  void shouldReportTheOperationsOfOtherAbisAsMissing() {
    for (int operation : new int[] {11, 12, 13, 14, -1, 1 << 30}) {
      assertEquals(-Errno.ENOSYS, guest.event(operation));
    }
    assertEquals(-Errno.EOPNOTSUPP, guest.event(EventOps.BIND_PIRQ));
  }

  @Test
  void shouldFaultWhenThePointerLeadsNowhere() {
    for (int operation = 0; operation <= EventOps.RESET; operation++) {
      assertEquals(
          -Errno.EFAULT,
          guest.call(Hypercalls.EVENT_CHANNEL_OP, operation, XenFixture.NOWHERE),
          "operation " + operation);
    }
  }

  @Test
  void shouldKeepThePortWhenTheAnswerCannotBeWritten() {
    guest.put32(XenFixture.ARGUMENT, 0);
    long readOnly = guest.readOnlyAliasOf(XenFixture.ARGUMENT);
    assertEquals(
        -Errno.EFAULT, guest.call(Hypercalls.EVENT_CHANNEL_OP, EventOps.BIND_IPI, readOnly));
    assertEquals(4, guest.bindIpi(0));
  }

  @Test
  void shouldNotDeliverToAnUnregisteredVcpuButKeepThePendingBit() {
    XenFixture fresh = new XenFixture(2).mapShared();
    int port = fresh.bindIpi(1);
    assertEquals(0, fresh.portOp(EventOps.SEND, port));
    assertTrue(fresh.pending(port));
    assertFalse(fresh.upcall(1));
    assertEquals(0, fresh.registerVcpu(1, XenFixture.infoOf(1)));
    assertTrue(fresh.upcall(1)); // the spurious scan finds it
    assertEquals(-1L, fresh.selector(1));
  }

  @Test
  void shouldDeliverThroughSharedInfoWhenVcpu0HasNotRegistered() {
    XenFixture fresh = new XenFixture().mapShared();
    fresh.domain.events().bindHost(fresh.domain.consolePort(), notified::add);
    fresh.domain.events().raise(fresh.domain.consolePort());
    assertEquals(1, fresh.get8(XenFixture.SHARED));
    assertTrue(fresh.upcall(0));
  }
}
