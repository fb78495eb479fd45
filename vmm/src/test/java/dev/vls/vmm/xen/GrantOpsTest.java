package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.memory.GuestMemory;
import org.junit.jupiter.api.Test;

class GrantOpsTest {
  private static final int PERMIT = GrantEntryLayout.GTF_PERMIT_ACCESS;
  private static final int READONLY = GrantEntryLayout.GTF_READONLY;
  private static final int READING = GrantEntryLayout.GTF_READING;
  private static final int WRITING = GrantEntryLayout.GTF_WRITING;
  private static final int SELF = XenFixture.SELF;
  private static final int REF = 8;
  private static final long ARGUMENT = XenFixture.ARGUMENT;
  private static final long GFN = XenFixture.RAM_GFN + 5;
  private static final long WINDOW = 0x3810_0000L;

  private final XenFixture guest = new XenFixture().mapGrants(1);

  private long op(int operation, long count) {
    return guest.call(Hypercalls.GRANT_TABLE_OP, operation, ARGUMENT, count);
  }

  private int status(int offset) {
    return (short) guest.get16(ARGUMENT + offset);
  }

  private int map(long address, int flags, int ref, int domain) {
    guest.put64(ARGUMENT, address);
    guest.put32(ARGUMENT + 8, flags);
    guest.put32(ARGUMENT + 12, ref);
    guest.put16(ARGUMENT + 16, domain);
    assertEquals(0, op(GrantOps.MAP_GRANT_REF, 1));
    return status(18);
  }

  private int mapOwn(long address, int flags, int ref) {
    assertEquals(0, map(address, flags, ref, SELF));
    return (int) guest.get32(ARGUMENT + 20);
  }

  private int unmap(long address, int handle) {
    guest.put64(ARGUMENT, address);
    guest.put64(ARGUMENT + 8, 0);
    guest.put32(ARGUMENT + 16, handle);
    assertEquals(0, op(GrantOps.UNMAP_GRANT_REF, 1));
    return status(20);
  }

  private void side(int offset, long page, int domain, int at) {
    guest.put64(ARGUMENT + offset, page);
    guest.put16(ARGUMENT + offset + 8, domain);
    guest.put16(ARGUMENT + offset + 10, at);
  }

  private int copy(int length, int flags) {
    guest.put16(ARGUMENT + 32, length);
    guest.put16(ARGUMENT + 34, flags);
    assertEquals(0, op(GrantOps.COPY, 1));
    return status(36);
  }

  private void grantOwn(int ref, int flags, long gfn) {
    guest.grant(ref, flags, DomainId.GUEST, gfn);
  }

  @Test
  void shouldShowTheSamePageWhenAGrantIsMapped() {
    grantOwn(REF, PERMIT, GFN);
    int handle = mapOwn(WINDOW, GrantMaps.HOST_MAP, REF);
    guest.put64(WINDOW + 8, 0x1234);
    assertEquals(0x1234, guest.get64((GFN << 12) + 8));
    assertEquals(PERMIT | READING | WRITING, guest.grantFlags(REF));
    int second = mapOwn(WINDOW + 4096, GrantMaps.HOST_MAP | GrantMaps.READONLY, REF);
    assertEquals(handle + 1, second);
    assertEquals(0, unmap(WINDOW, handle));
    assertEquals(PERMIT | READING, guest.grantFlags(REF));
    assertEquals(GuestMemory.NO_FRAME, guest.memory.frameOf(WINDOW >>> 12));
    assertEquals(0, unmap(WINDOW + 4096, second));
    assertEquals(PERMIT, guest.grantFlags(REF));
  }

  @Test
  void shouldRefuseTheMapWhenAnArgumentIsBad() {
    grantOwn(REF, PERMIT | READONLY, GFN);
    int host = GrantMaps.HOST_MAP;
    assertEquals(GrantStatus.BAD_GNTREF, map(WINDOW, 0, REF, SELF));
    assertEquals(GrantStatus.GENERAL_ERROR, map(WINDOW, GrantMaps.DEVICE_MAP, REF, SELF));
    assertEquals(GrantStatus.GENERAL_ERROR, map(WINDOW, host | 8, REF, SELF));
    assertEquals(GrantStatus.GENERAL_ERROR, map(WINDOW, host | 16, REF, SELF));
    assertEquals(GrantStatus.GENERAL_ERROR, map(WINDOW, host | 1 << 16, REF, SELF));
    assertEquals(GrantStatus.BAD_DOMAIN, map(WINDOW, host, REF, DomainId.HOST));
    assertEquals(GrantStatus.BAD_DOMAIN, map(WINDOW, host, REF, 12));
    assertEquals(GrantStatus.BAD_GNTREF, map(WINDOW, host, 512, SELF));
    assertEquals(GrantStatus.BAD_GNTREF, map(WINDOW, host, -1, SELF));
    assertEquals(GrantStatus.GENERAL_ERROR, map(WINDOW, host, REF, SELF)); // read-only entry
    assertEquals(GrantStatus.BAD_VIRT_ADDR, map(-1L, host | GrantMaps.READONLY, REF, SELF));
    assertEquals(PERMIT | READONLY, guest.grantFlags(REF));
  }

  @Test
  void shouldRefuseToMapAMappingAgain() {
    grantOwn(REF, PERMIT, GFN);
    mapOwn(WINDOW, GrantMaps.HOST_MAP, REF);
    grantOwn(REF + 1, PERMIT, WINDOW >>> 12);
    assertEquals(GrantStatus.BAD_PAGE, map(WINDOW + 4096, GrantMaps.HOST_MAP, REF + 1, SELF));
  }

  @Test
  void shouldRefuseTheUnmapWhenHandleOrAddressIsWrong() {
    grantOwn(REF, PERMIT, GFN);
    int handle = mapOwn(WINDOW, GrantMaps.HOST_MAP, REF);
    assertEquals(GrantStatus.BAD_HANDLE, unmap(WINDOW, handle + 1));
    assertEquals(GrantStatus.BAD_HANDLE, unmap(WINDOW, -1));
    assertEquals(GrantStatus.BAD_HANDLE, unmap(WINDOW, MapTrack.MAX_HANDLES));
    assertEquals(GrantStatus.GENERAL_ERROR, unmap(WINDOW + 4096, handle));
    assertEquals(0, unmap(0, handle)); // a zero address is ignored
    assertEquals(0, unmap(WINDOW, handle));
    assertEquals(GrantStatus.BAD_HANDLE, unmap(WINDOW, handle)); // race G5
  }

  @Test
  void shouldFreeTheHandleWhenTheMappingWasReplacedBefore() {
    grantOwn(REF, PERMIT, GFN);
    int handle = mapOwn(WINDOW, GrantMaps.HOST_MAP, REF);
    assertEquals(0, guest.addToPhysmap(MemoryOps.SPACE_SHARED_INFO, 0, WINDOW));
    assertEquals(0, unmap(WINDOW, handle));
    assertEquals(PERMIT, guest.grantFlags(REF));
    assertTrue(guest.memory.frameOf(WINDOW >>> 12) >= 0, "shared info stays");
  }

  @Test
  void shouldRunOutOfHandlesWhenNothingIsUnmapped() {
    for (int i = 0; i < MapTrack.MAX_HANDLES; i++) {
      int ref = REF + i / 100;
      grantOwn(ref, PERMIT, GFN);
      assertEquals(i, mapOwn(WINDOW + 4096L * i, GrantMaps.HOST_MAP, ref));
    }
    grantOwn(500, PERMIT, GFN);
    assertEquals(GrantStatus.NO_DEVICE_SPACE, map(WINDOW, GrantMaps.HOST_MAP, 500, SELF));
    assertEquals(PERMIT, guest.grantFlags(500));
  }

  @Test
  void shouldReplaceOnlyWithNothing() {
    grantOwn(REF, PERMIT, GFN);
    int handle = mapOwn(WINDOW, GrantMaps.HOST_MAP, REF);
    guest.put64(ARGUMENT, WINDOW);
    guest.put64(ARGUMENT + 8, WINDOW + 4096);
    guest.put32(ARGUMENT + 16, handle);
    assertEquals(0, op(GrantOps.UNMAP_AND_REPLACE, 1));
    assertEquals(GrantStatus.GENERAL_ERROR, status(20));
    guest.put64(ARGUMENT + 8, 0);
    assertEquals(0, op(GrantOps.UNMAP_AND_REPLACE, 1));
    assertEquals(0, status(20));
  }

  @Test
  void shouldCopyBetweenReferencesAndFrames() {
    guest.text((GFN << 12) + 100, "granted bytes");
    grantOwn(REF, PERMIT | READONLY, GFN);
    side(0, REF, SELF, 100);
    side(16, GFN + 1, SELF, 4083);
    assertEquals(0, copy(13, 1));
    assertEquals("granted bytes", guest.text((GFN + 1 << 12) + 4083, 13));
    assertEquals(PERMIT | READONLY, guest.grantFlags(REF));
    grantOwn(REF + 1, PERMIT, GFN + 2);
    side(0, GFN + 1, SELF, 4083);
    side(16, REF + 1, DomainId.GUEST, 0);
    assertEquals(0, copy(13, 2));
    assertEquals("granted bytes", guest.text(GFN + 2 << 12, 13));
  }

  @Test
  void shouldRefuseTheCopyWhenAnArgumentIsBad() {
    grantOwn(REF, PERMIT | READONLY, GFN);
    side(0, GFN, SELF, 4090);
    side(16, GFN + 1, SELF, 0);
    assertEquals(GrantStatus.BAD_COPY_ARG, copy(7, 0));
    assertEquals(0, copy(0, 0));
    side(0, GFN, SELF, 0);
    side(16, GFN + 1, SELF, 0xffff);
    assertEquals(GrantStatus.BAD_COPY_ARG, copy(0xffff, 0));
    side(16, GFN + 1, DomainId.GUEST, 0); // by number is not by SELF
    assertEquals(GrantStatus.PERMISSION_DENIED, copy(1, 0));
    side(16, REF, SELF, 0);
    assertEquals(GrantStatus.GENERAL_ERROR, copy(1, 2)); // read-only target
    side(16, 512, SELF, 0);
    assertEquals(GrantStatus.BAD_GNTREF, copy(1, 2));
    side(16, REF, DomainId.HOST, 0);
    assertEquals(GrantStatus.BAD_DOMAIN, copy(1, 2));
    side(16, 0x1_0000_0000_0000L, SELF, 0);
    assertEquals(GrantStatus.BAD_PAGE, copy(1, 0));
    side(0, XenFixture.GRANTS >>> 12, SELF, 0);
    side(16, GFN, SELF, 0);
    assertEquals(GrantStatus.BAD_PAGE, copy(1, 0));
  }

  @Test
  void shouldSwapOnlyWhenBothAreUnpinned() {
    grantOwn(REF, PERMIT, GFN);
    grantOwn(REF + 1, PERMIT | READONLY, GFN + 1);
    guest.put32(ARGUMENT, REF);
    guest.put32(ARGUMENT + 4, REF + 1);
    assertEquals(0, op(GrantOps.SWAP_GRANT_REF, 1));
    assertEquals(0, status(8));
    assertEquals(PERMIT | READONLY, guest.grantFlags(REF));
    assertEquals(GFN, guest.get32(XenFixture.entry(REF + 1) + 4));
    guest.domain.grants().pin(REF, Access.READ, DomainId.GUEST);
    assertEquals(0, op(GrantOps.SWAP_GRANT_REF, 1));
    assertEquals(GrantStatus.EAGAIN, status(8));
    guest.put32(ARGUMENT + 4, 512);
    assertEquals(0, op(GrantOps.SWAP_GRANT_REF, 1));
    assertEquals(GrantStatus.BAD_GNTREF, status(8));
  }

  @Test
  void shouldListWhereTheTableIsMappedWhenItIsSetUp() {
    guest.put16(ARGUMENT, SELF);
    guest.put32(ARGUMENT + 4, 3);
    guest.put64(ARGUMENT + 16, ARGUMENT + 64);
    assertEquals(0, op(GrantOps.SETUP_TABLE, 1));
    assertEquals(0, status(8));
    assertEquals(XenFixture.GRANTS >>> 12, guest.get64(ARGUMENT + 64));
    assertEquals(-1, guest.get64(ARGUMENT + 72)); // not mapped anywhere
    assertEquals(0, op(GrantOps.QUERY_SIZE, 1));
    assertEquals(3, guest.get32(ARGUMENT + 4));
    assertEquals(64, guest.get32(ARGUMENT + 8));
    assertEquals(0, status(12));
  }

  @Test
  void shouldRefuseTheSetUpWhenAnArgumentIsBad() {
    guest.put16(ARGUMENT, SELF);
    guest.put32(ARGUMENT + 4, 65);
    assertEquals(0, op(GrantOps.SETUP_TABLE, 1));
    assertEquals(GrantStatus.GENERAL_ERROR, status(8));
    guest.put32(ARGUMENT + 4, -1);
    assertEquals(0, op(GrantOps.SETUP_TABLE, 1));
    assertEquals(GrantStatus.GENERAL_ERROR, status(8));
    guest.put32(ARGUMENT + 4, 1);
    guest.put64(ARGUMENT + 16, XenFixture.NOWHERE);
    assertEquals(0, op(GrantOps.SETUP_TABLE, 1));
    assertEquals(GrantStatus.BAD_VIRT_ADDR, status(8));
    guest.put16(ARGUMENT, DomainId.HOST);
    assertEquals(0, op(GrantOps.SETUP_TABLE, 1));
    assertEquals(GrantStatus.PERMISSION_DENIED, status(8));
    assertEquals(0, op(GrantOps.QUERY_SIZE, 1));
    assertEquals(GrantStatus.PERMISSION_DENIED, status(12));
    guest.put16(ARGUMENT, 4);
    assertEquals(0, op(GrantOps.QUERY_SIZE, 1));
    assertEquals(GrantStatus.BAD_DOMAIN, status(12));
    for (long count : new long[] {0, 2, 1 << 20}) {
      assertEquals(-Errno.EINVAL, op(GrantOps.SETUP_TABLE, count));
      assertEquals(-Errno.EINVAL, op(GrantOps.QUERY_SIZE, count));
    }
  }

  @Test
  void shouldOfferVersionOneOnly() {
    guest.put16(ARGUMENT, SELF);
    assertEquals(0, op(GrantOps.GET_VERSION, 1));
    assertEquals(1, guest.get32(ARGUMENT + 4));
    guest.put16(ARGUMENT, 0);
    assertEquals(-Errno.EPERM, op(GrantOps.GET_VERSION, 1));
    guest.put16(ARGUMENT, 6);
    assertEquals(-Errno.ESRCH, op(GrantOps.GET_VERSION, 1));
    guest.put32(ARGUMENT, 1);
    assertEquals(0, op(GrantOps.SET_VERSION, 1));
    guest.put32(ARGUMENT, 2);
    assertEquals(-Errno.ENOSYS, op(GrantOps.SET_VERSION, 1));
    guest.put32(ARGUMENT, 3);
    assertEquals(-Errno.EINVAL, op(GrantOps.SET_VERSION, 1));
  }

  @Test
  void shouldAnswerTheWholeCallWhenTheOperationOrTheCountIsBad() {
    assertEquals(-Errno.EOPNOTSUPP, op(GrantOps.TRANSFER, 1));
    for (int missing : new int[] {3, 9, 12, 13, 100}) {
      assertEquals(-Errno.ENOSYS, op(missing, 1));
    }
    assertEquals(-Errno.EINVAL, op(GrantOps.COPY, -1));
    assertEquals(-Errno.EINVAL, op(GrantOps.COPY | 1 << 12, 1));
    assertEquals(0, op(GrantOps.COPY, 0));
  }

  @Test
  void shouldFaultWhenThePointerLeadsNowhere() {
    for (int operation : new int[] {0, 1, 2, 5, 6, 7, 8, 10, 11}) {
      assertEquals(
          -Errno.EFAULT,
          guest.call(Hypercalls.GRANT_TABLE_OP, operation, XenFixture.NOWHERE, 1),
          "operation " + operation);
    }
  }

  @Test
  void shouldFaultWhenAnArrayRunsOutOfMemoryButKeepWhatIsDone() {
    long last = XenFixture.RAM + XenFixture.RAM_BYTES - 12;
    grantOwn(REF, PERMIT, GFN);
    guest.put32(last, REF);
    guest.put32(last + 4, REF + 1);
    guest.put32(last + 8, 77);
    assertEquals(
        -Errno.EFAULT, guest.call(Hypercalls.GRANT_TABLE_OP, GrantOps.SWAP_GRANT_REF, last, 2));
    assertEquals(0, guest.get16(last + 8));
    assertEquals(PERMIT, guest.grantFlags(REF + 1));
  }

  @Test
  void shouldGoOnInPartsWhenABatchIsLong() {
    int count = 2 * GrantOps.CHUNK + 5;
    for (int i = 0; i < count; i++) {
      guest.put32(ARGUMENT + 12L * i, REF);
      guest.put32(ARGUMENT + 12L * i + 4, REF);
      guest.put16(ARGUMENT + 12L * i + 8, 99);
    }
    assertEquals(0, op(GrantOps.SWAP_GRANT_REF, count));
    assertEquals(2, guest.restarts);
    for (int i = 0; i < count; i++) {
      assertEquals(0, guest.get16(ARGUMENT + 12L * i + 8));
    }
    assertEquals(ARGUMENT, guest.hart.x(11), "only a0 says how to go on");
    assertEquals(count, guest.hart.x(12));
  }
}
