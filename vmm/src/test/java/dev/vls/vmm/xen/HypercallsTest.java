package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HypercallsTest {
  private static final long ARGUMENT = XenFixture.ARGUMENT;
  private static final int SELF = XenFixture.SELF;

  private final XenFixture guest = new XenFixture(2);

  private long version(int operation) {
    return guest.call(Hypercalls.XEN_VERSION, operation, ARGUMENT);
  }

  private long param(int operation, int domain, int index) {
    guest.put16(ARGUMENT, domain);
    guest.put32(ARGUMENT + 4, index);
    guest.put64(ARGUMENT + 8, 0x99);
    return guest.call(Hypercalls.HVM_OP, operation, ARGUMENT);
  }

  private long paramValue(int index) {
    assertEquals(0, param(HvmOps.GET_PARAM, SELF, index));
    return guest.get64(ARGUMENT + 8);
  }

  private void entry(int index, long number, long... arguments) {
    long address = ARGUMENT + 64L * index;
    guest.put64(address, number);
    guest.put64(address + 8, 0x77);
    for (int i = 0; i < arguments.length; i++) {
      guest.put64(address + 16 + 8L * i, arguments[i]);
    }
  }

  private long entryResult(int index) {
    return guest.get64(ARGUMENT + 64L * index + 8);
  }

  @Test
  void shouldKnowExactlyWhatDoesNotEndInEnosys() {
    List<Hypercalls.Known> known = guest.domain.hypercalls().known();
    assertEquals(63, known.size());
    assertTrue(known.contains(new Hypercalls.Known(32, 4, "EVTCHNOP_send")));
    guest.domain.extension(new Extension());
    for (int number = 0; number < 64; number++) {
      for (int operation = 0; operation < 64; operation++) {
        int n = number;
        int o = operation;
        boolean listed =
            known.stream()
                .anyMatch(
                    each ->
                        each.number() == n
                            && (each.operation() == o
                                || each.operation() == Hypercalls.ANY_OPERATION));
        long result = guest.call(number, operation, XenFixture.NOWHERE, 0);
        boolean vcpuOp = number == Hypercalls.VCPU_OP; // answers -EINVAL to all others
        assertTrue(
            vcpuOp || listed == (result != -Errno.ENOSYS),
            number + "/" + operation + ": " + result);
      }
    }
  }

  @Test
  void shouldAnswerEnosysWhenTheNumberIsUnknown() {
    for (int number : new int[] {-1, 0, 6, 15, 16, 19, 30, 36, 49, 55, 1000, Integer.MAX_VALUE}) {
      assertEquals(-Errno.ENOSYS, guest.call(number, 0, ARGUMENT));
    }
  }

  @Test
  void shouldDescribeTheHostWhenVersionIsAsked() {
    assertEquals(0x40017, version(VersionOps.VERSION));
    assertEquals(0, version(VersionOps.EXTRAVERSION));
    assertEquals(".0-vls", guest.text(ARGUMENT, 16));
    assertEquals(0, version(VersionOps.CAPABILITIES));
    assertEquals("xen-3.0-riscv64 ", guest.text(ARGUMENT, 1024));
    assertEquals(0, version(VersionOps.COMPILE_INFO));
    assertEquals("unavailable", guest.text(ARGUMENT + 64, 16));
    assertEquals(0, version(VersionOps.CHANGESET));
    assertEquals(0, version(VersionOps.COMMANDLINE));
    assertEquals("<denied>", guest.text(ARGUMENT, 1024));
    guest.put64(ARGUMENT, 5);
    assertEquals(0, version(VersionOps.PLATFORM_PARAMETERS));
    assertEquals(0, guest.get64(ARGUMENT));
    assertEquals(0, version(VersionOps.GUEST_HANDLE));
    assertNotEquals(0, guest.get64(ARGUMENT));
    assertEquals(4096, guest.call(Hypercalls.XEN_VERSION, VersionOps.PAGESIZE, 0));
    assertEquals(-Errno.EINVAL, version(VersionOps.PAGESIZE));
    assertEquals(-Errno.ENOSYS, version(15));
    assertEquals(-Errno.ENODATA, version(VersionOps.BUILD_ID));
  }

  @Test
  void shouldAnnounceATranslatedGuestInTheFeatures() {
    guest.put32(ARGUMENT, 0);
    assertEquals(0, version(VersionOps.GET_FEATURES));
    assertEquals(0x12005, guest.get32(ARGUMENT + 4));
    guest.put32(ARGUMENT, 1);
    assertEquals(-Errno.EINVAL, version(VersionOps.GET_FEATURES));
  }

  @Test
  void shouldPrefixTheLengthWhenTheCountedVariantIsAsked() {
    assertEquals(16, guest.call(Hypercalls.XEN_VERSION, VersionOps.CAPABILITIES2, 0));
    guest.put32(ARGUMENT, 16);
    assertEquals(16, version(VersionOps.CAPABILITIES2));
    assertEquals("xen-3.0-riscv64 ", guest.text(ARGUMENT + 4, 16));
    guest.put32(ARGUMENT, 15);
    assertEquals(-Errno.ENOBUFS, version(VersionOps.CAPABILITIES2));
    guest.put32(ARGUMENT, 0);
    assertEquals(-Errno.EINVAL, version(VersionOps.CHANGESET2));
    guest.put32(ARGUMENT, -1);
    assertEquals(6, version(VersionOps.EXTRAVERSION2));
    assertEquals(8, version(VersionOps.COMMANDLINE2));
  }

  @Test
  void shouldFaultWhenTheVersionCannotBeWritten() {
    for (int operation : new int[] {1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13, 14}) {
      assertEquals(
          -Errno.EFAULT, guest.call(Hypercalls.XEN_VERSION, operation, XenFixture.NOWHERE));
    }
  }

  @Test
  void shouldTellWhereConsoleAndStoreAre() {
    assertEquals(0x39000, paramValue(HvmOps.CONSOLE_PFN));
    assertEquals(0x39001, paramValue(HvmOps.STORE_PFN));
    assertEquals(guest.domain.consolePort(), paramValue(HvmOps.CONSOLE_EVTCHN));
    assertEquals(guest.domain.storePort(), paramValue(HvmOps.STORE_EVTCHN));
    assertEquals(2L << 56 | 24, paramValue(HvmOps.CALLBACK_IRQ));
  }

  @Test
  void shouldRefuseOtherParameters() {
    assertEquals(-Errno.EPERM, param(HvmOps.GET_PARAM, SELF, HvmOps.MONITOR_RING_PFN));
    assertEquals(-Errno.EINVAL, param(HvmOps.GET_PARAM, SELF, 3));
    assertEquals(-Errno.EINVAL, param(HvmOps.GET_PARAM, SELF, -1));
    for (int index : new int[] {0, 1, 2, 17, 18, 28}) {
      assertEquals(-Errno.EPERM, param(HvmOps.SET_PARAM, SELF, index));
    }
    assertEquals(-Errno.EINVAL, param(HvmOps.SET_PARAM, SELF, 5));
    assertEquals(-Errno.EPERM, param(HvmOps.GET_PARAM, DomainId.HOST, 1));
    assertEquals(-Errno.ESRCH, param(HvmOps.GET_PARAM, 3, 1));
    assertEquals(-Errno.ENOSYS, param(2, SELF, 1));
    assertEquals(-Errno.EFAULT, guest.call(Hypercalls.HVM_OP, 1, XenFixture.NOWHERE));
  }

  @Test
  void shouldFilterWhatTheEmergencyConsoleIsGiven() {
    guest.text(ARGUMENT, "ok\tline\n\u0007\u001b[1m\u007f");
    assertEquals(0, guest.call(Hypercalls.CONSOLE_IO, ConsoleOps.WRITE, 13, ARGUMENT));
    assertEquals("ok\tline\n[1m", guest.console.toString());
    assertEquals(0, guest.call(Hypercalls.CONSOLE_IO, ConsoleOps.READ, 13, ARGUMENT));
    assertEquals(-Errno.ENOSYS, guest.call(Hypercalls.CONSOLE_IO, 2, 1, ARGUMENT));
    assertEquals(-Errno.E2BIG, guest.call(Hypercalls.CONSOLE_IO, 0, 0x8000_0000L, ARGUMENT));
    assertEquals(-Errno.EFAULT, guest.call(Hypercalls.CONSOLE_IO, 0, 1, XenFixture.NOWHERE));
    assertEquals(0, guest.call(Hypercalls.CONSOLE_IO, 0, 0, XenFixture.NOWHERE));
  }

  @Test
  void shouldWriteInPartsWhenTheOutputIsLong() {
    String text = "0123456789abcdef".repeat(200);
    guest.text(XenFixture.RAM + 0x10000, text);
    assertEquals(0, guest.call(Hypercalls.CONSOLE_IO, 0, text.length(), XenFixture.RAM + 0x10000));
    assertEquals(text, guest.console.toString());
    assertEquals(3, guest.restarts);
  }

  @Test
  void shouldRegisterTheVcpuInfoOncePerVcpu() {
    guest.mapShared();
    guest.put8(XenFixture.SHARED + 17, 0xee); // contents of vCPU 0's old area move along
    assertEquals(0, guest.registerVcpu(0, XenFixture.infoOf(0)));
    assertEquals(-1, guest.selector(0));
    assertTrue(guest.upcallByte(0));
    assertTrue(guest.upcall(0));
    assertEquals(2, guest.get32(XenFixture.infoOf(0) + 16));
    assertEquals(-Errno.EBUSY, guest.registerVcpu(0, XenFixture.infoOf(0)));
    assertEquals(0, guest.registerVcpu(1, XenFixture.infoOf(1)));
    assertEquals(7, guest.get8(XenFixture.infoOf(1) + 44));
    assertEquals(-Errno.ENOENT, guest.registerVcpu(2, XenFixture.infoOf(1)));
  }

  @Test
  void shouldRefuseTheVcpuInfoWhenItsPlaceIsBad() {
    long page = XenFixture.RAM + 0x3000;
    assertEquals(-Errno.ENXIO, guest.registerVcpu(0, page + 4));
    assertEquals(-Errno.ENXIO, guest.registerVcpu(0, page + 4096 - 40));
    assertEquals(-Errno.EINVAL, guest.registerVcpu(0, XenFixture.NOWHERE));
    assertEquals(-Errno.EINVAL, guest.registerVcpu(0, XenDomain.CONSOLE_GFN << 12));
    guest.put64(ARGUMENT, XenFixture.RAM_GFN);
    guest.put32(ARGUMENT + 8, -8);
    assertEquals(-Errno.ENXIO, guest.call(Hypercalls.VCPU_OP, 10, 0, ARGUMENT));
    assertEquals(-Errno.EFAULT, guest.call(Hypercalls.VCPU_OP, 10, 0, XenFixture.NOWHERE));
    assertEquals(-Errno.EINVAL, guest.call(Hypercalls.VCPU_OP, 0, 0, ARGUMENT));
    assertEquals(-Errno.ENOENT, guest.call(Hypercalls.VCPU_OP, 10, -1, ARGUMENT));
    assertEquals(0, guest.registerVcpu(0, page + 4096 - 48));
  }

  @Test
  void shouldLowerTheLineWhenTheGuestClearsTheUpcall() {
    guest.registered(0);
    guest.put8(XenFixture.infoOf(0), 1);
    assertEquals(1L << 24, guest.hart.csrs().read(0x144) & 1L << 24);
    assertTrue(guest.upcall(0));
    guest.put8(XenFixture.infoOf(0), 0);
    assertEquals(0, guest.hart.csrs().read(0x144) & 1L << 24);
    assertFalse(guest.upcall(0));
  }

  @Test
  void shouldRunEveryEntryOfAMulticall() {
    entry(0, Hypercalls.XEN_VERSION, 0, 0);
    entry(1, 999);
    entry(2, Hypercalls.MULTICALL, ARGUMENT, 1);
    entry(3, Hypercalls.CONSOLE_IO, 0, 1, XenFixture.NOWHERE);
    assertEquals(0, guest.call(Hypercalls.MULTICALL, ARGUMENT, 4));
    assertEquals(0x40017, entryResult(0));
    assertEquals(-Errno.ENOSYS, entryResult(1));
    assertEquals(-Errno.EINVAL, entryResult(2));
    assertEquals(-Errno.EFAULT, entryResult(3));
    assertEquals(0, guest.call(Hypercalls.MULTICALL, ARGUMENT, 0));
    assertEquals(-Errno.EFAULT, guest.call(Hypercalls.MULTICALL, XenFixture.NOWHERE, 1));
  }

  @Test
  void shouldRestartInsideAMulticallWhenAnEntryIsLong() {
    String text = "x".repeat(3000);
    guest.text(XenFixture.RAM + 0x10000, text);
    for (int i = 0; i < 40; i++) {
      entry(i, Hypercalls.XEN_VERSION, 0, 0);
    }
    entry(20, Hypercalls.CONSOLE_IO, 0, 3000, XenFixture.RAM + 0x10000);
    assertEquals(0, guest.call(Hypercalls.MULTICALL, ARGUMENT, 40));
    assertEquals(text, guest.console.toString());
    assertEquals(0, entryResult(20));
    assertEquals(0x40017, entryResult(39));
    assertEquals(4, guest.restarts);
  }

  @Test
  void shouldAcceptTheOneAssist() {
    assertEquals(0, guest.call(Hypercalls.VM_ASSIST, 0, 5));
    assertEquals(0, guest.call(Hypercalls.VM_ASSIST, 1, 5));
    assertEquals(-Errno.EINVAL, guest.call(Hypercalls.VM_ASSIST, 0, 4));
    assertEquals(-Errno.ENOSYS, guest.call(Hypercalls.VM_ASSIST, 2, 5));
  }

  @Test
  void shouldPassOurOwnOperationsOn() {
    assertEquals(-Errno.ENOSYS, guest.call(Hypercalls.ARCH_0, 0, 1));
    Extension extension = new Extension();
    guest.domain.extension(extension);
    assertEquals(3, guest.call(Hypercalls.ARCH_0, 0, 3));
    assertEquals(-Errno.EINVAL, guest.call(Hypercalls.ARCH_0, 0, 0));
    assertEquals(-Errno.EINVAL, guest.call(Hypercalls.ARCH_0, 0, 4096));
    guest.text(ARGUMENT, "here");
    assertEquals(4, guest.call(Hypercalls.ARCH_0, 1, ARGUMENT, 4));
    assertEquals(-Errno.E2BIG, guest.call(Hypercalls.ARCH_0, 1, ARGUMENT, 257));
    assertEquals(-Errno.E2BIG, guest.call(Hypercalls.ARCH_0, 1, ARGUMENT, -1));
    assertEquals(-Errno.EFAULT, guest.call(Hypercalls.ARCH_0, 1, XenFixture.NOWHERE, 4));
    assertEquals(-Errno.ENOSYS, guest.call(Hypercalls.ARCH_0, 2, 0));
    assertEquals(List.of("poll 3", "mark here"), extension.calls);
  }

  @Test
  void shouldSaveTheSameWordsForTheSameHistory() {
    XenFixture twin = new XenFixture(2);
    for (XenFixture each : List.of(guest, twin)) {
      each.mapShared().mapGrants(2).registered(0);
      each.allocUnbound(0);
      each.domain.events().bindHost(each.domain.consolePort(), port -> {});
    }
    assertEquals(guest.state(), twin.state());
    twin.allocUnbound(0);
    assertNotEquals(guest.state(), twin.state());
  }

  private static final class Extension implements ExtensionHandler {
    private final List<String> calls = new ArrayList<>();

    @Override
    public long poll(int port) {
      calls.add("poll " + port);
      return port;
    }

    @Override
    public long mark(byte[] text) {
      calls.add("mark " + new String(text, StandardCharsets.US_ASCII));
      return text.length;
    }
  }
}
