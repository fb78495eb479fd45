package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.memory.GuestMemory;
import org.junit.jupiter.api.Test;

class MemoryOpsTest {
  private static final int SELF = XenFixture.SELF;
  private static final long ARGUMENT = XenFixture.ARGUMENT;
  private static final long LIST = XenFixture.RAM + 0x8000;
  private static final long GFN = XenFixture.RAM_GFN + 0x40;
  private static final int FRAMES = (int) (XenFixture.RAM_BYTES >>> 12);

  private final XenFixture guest = new XenFixture();

  private long op(int command) {
    return guest.call(Hypercalls.MEMORY_OP, command, ARGUMENT);
  }

  private long reservation(int operation, int order, long... gfns) {
    for (int i = 0; i < gfns.length; i++) {
      guest.put64(LIST + 8L * i, gfns[i]);
    }
    return reserve(operation, order, gfns.length, SELF);
  }

  private long reserve(int operation, int order, long count, int domain) {
    guest.put64(ARGUMENT, LIST);
    guest.put64(ARGUMENT + 8, count);
    guest.put32(ARGUMENT + 16, order);
    guest.put32(ARGUMENT + 20, 0);
    guest.put16(ARGUMENT + 24, domain);
    return op(operation);
  }

  private long remove(int domain, long gfn) {
    guest.put16(ARGUMENT, domain);
    guest.put64(ARGUMENT + 8, gfn);
    return op(MemoryOps.REMOVE_FROM_PHYSMAP);
  }

  private long query(int operation, int domain) {
    guest.put16(ARGUMENT, domain);
    return op(operation);
  }

  private long batch(int space, int foreign, long[] indices, long[] gfns) {
    for (int i = 0; i < indices.length; i++) {
      guest.put64(LIST + 8L * i, indices[i]);
      guest.put64(LIST + 0x1000 + 8L * i, gfns[i]);
      guest.put32(LIST + 0x2000 + 4L * i, 0x55);
    }
    guest.put16(ARGUMENT, SELF);
    guest.put16(ARGUMENT + 2, space);
    guest.put16(ARGUMENT + 4, indices.length);
    guest.put16(ARGUMENT + 6, foreign);
    guest.put64(ARGUMENT + 8, LIST);
    guest.put64(ARGUMENT + 16, LIST + 0x1000);
    guest.put64(ARGUMENT + 24, LIST + 0x2000);
    return op(MemoryOps.ADD_TO_PHYSMAP_BATCH);
  }

  private int batchError(int index) {
    return (int) guest.get32(LIST + 0x2000 + 4L * index);
  }

  @Test
  void shouldMapSharedInfoOncePerPlace() {
    assertEquals(-Errno.EINVAL, guest.addToPhysmap(0, 1, XenFixture.SHARED));
    assertEquals(0, guest.addToPhysmap(0, 0, XenFixture.SHARED));
    assertEquals(-Errno.EBUSY, guest.addToPhysmap(0, 0, XenFixture.SHARED + 4096));
    assertEquals(0, remove(SELF, XenFixture.SHARED >>> 12));
    assertEquals(0, guest.addToPhysmap(0, 0, XenFixture.SHARED + 4096));
  }

  @Test
  void shouldShowTheTimeInSharedInfo() {
    guest.mapShared();
    long shared = XenFixture.SHARED;
    assertEquals(2, guest.get32(shared + 16)); // even, not 0
    assertEquals(0, guest.get64(shared + 24));
    assertEquals(0, guest.get64(shared + 32));
    assertEquals(1, guest.get8(shared + 45));
    long mul = guest.get32(shared + 40);
    long shift = guest.get8(shared + 44);
    for (long ticks : new long[] {0, 1, 10_000_000, 123_456_789_012L}) {
      assertEquals(ticks * 100, Math.unsignedMultiplyHigh(ticks << shift, mul << 32));
    }
    assertEquals(2, guest.get32(shared + 1072));
    assertEquals(XenFixture.BOOT_NS / 1_000_000_000, guest.get32(shared + 1076));
    assertEquals(XenFixture.BOOT_NS % 1_000_000_000, guest.get32(shared + 1080));
    assertEquals(0, guest.get32(shared + 1084));
  }

  @Test
  void shouldGrowTheGrantTableWhenAFrameIsMapped() {
    assertEquals(0, guest.addToPhysmap(1, 63, XenFixture.GRANTS));
    assertEquals(-Errno.EBUSY, guest.addToPhysmap(1, 63, XenFixture.GRANTS + 4096));
    assertEquals(-Errno.EINVAL, guest.addToPhysmap(1, 64, XenFixture.GRANTS + 4096));
    assertEquals(-Errno.EINVAL, guest.addToPhysmap(1, 1L << 31, XenFixture.GRANTS + 4096));
    assertEquals(-Errno.EINVAL, guest.addToPhysmap(1, -1, XenFixture.GRANTS + 4096));
    guest.put16(ARGUMENT, SELF);
    guest.call(Hypercalls.GRANT_TABLE_OP, GrantOps.QUERY_SIZE, ARGUMENT, 1);
    assertEquals(64, guest.get32(ARGUMENT + 4));
  }

  @Test
  void shouldRefuseTheMappingWhenSpaceDomainOrPlaceIsBad() {
    for (int space : new int[] {2, 3, 4, 5, 6, -1}) {
      assertEquals(-Errno.ENOSYS, guest.addToPhysmap(space, 0, XenFixture.SHARED));
    }
    assertEquals(-Errno.EINVAL, guest.addToPhysmap(0, 0, 1L << 57));
    assertEquals(-Errno.EINVAL, guest.addToPhysmap(0, 0, -1));
    guest.put16(ARGUMENT, DomainId.HOST);
    assertEquals(-Errno.EPERM, op(MemoryOps.ADD_TO_PHYSMAP));
    guest.put16(ARGUMENT, 44);
    assertEquals(-Errno.ESRCH, op(MemoryOps.ADD_TO_PHYSMAP));
  }

  @Test
  void shouldReplaceRamWhenItIsInTheWay() {
    assertEquals(0, guest.addToPhysmap(0, 0, GFN << 12));
    assertEquals(FRAMES - 1, query(MemoryOps.CURRENT_RESERVATION, SELF));
    assertEquals(0, remove(SELF, GFN));
    assertEquals(GuestMemory.NO_FRAME, guest.memory.frameOf(GFN));
    assertEquals(1, reservation(MemoryOps.POPULATE_PHYSMAP, 0, GFN));
    assertEquals(FRAMES, query(MemoryOps.CURRENT_RESERVATION, SELF));
  }

  @Test
  void shouldRefuseTheRemovalWhenNothingIsThere() {
    assertEquals(-Errno.ENOENT, remove(SELF, 0x38fff));
    assertEquals(-Errno.ENOENT, remove(SELF, -1));
    assertEquals(-Errno.EPERM, remove(0, GFN));
    assertEquals(-Errno.ESRCH, remove(2, GFN));
    assertEquals(0, remove(SELF, GFN));
    assertEquals(-Errno.ENOENT, remove(SELF, GFN));
  }

  @Test
  void shouldMapABatchWithAResultForEach() {
    long gfn = XenFixture.GRANTS >>> 12;
    assertEquals(
        0, batch(1, 0, new long[] {0, 1, 1, 64}, new long[] {gfn, gfn + 1, gfn + 2, gfn + 3}));
    assertEquals(0, batchError(0));
    assertEquals(0, batchError(1));
    assertEquals(-Errno.EBUSY, batchError(2));
    assertEquals(-Errno.EINVAL, batchError(3));
    assertEquals(0, batch(4, 0, new long[] {1}, new long[] {gfn}));
    assertEquals(-Errno.EPERM, batchError(0));
    assertEquals(0, batch(4, 9, new long[] {1}, new long[] {gfn}));
    assertEquals(-Errno.ESRCH, batchError(0));
    assertEquals(0, batch(2, 0, new long[] {1}, new long[] {gfn}));
    assertEquals(-Errno.ENOSYS, batchError(0));
  }

  @Test
  void shouldGoOnInPartsWhenABatchIsLong() {
    int count = 2 * MemoryOps.MAX_PAGES + 1;
    long big = XenFixture.RAM + 0x10000;
    guest.put16(ARGUMENT, SELF);
    guest.put16(ARGUMENT + 2, 2);
    guest.put16(ARGUMENT + 4, count);
    guest.put64(ARGUMENT + 8, big);
    guest.put64(ARGUMENT + 16, big);
    guest.put64(ARGUMENT + 24, big + 0x4000);
    assertEquals(-Errno.EFAULT, fault(count, big));
    assertTrue(guest.restarts <= 2);
  }

  private long fault(int count, long big) {
    guest.put64(ARGUMENT + 24, big + 0x4000);
    long done = op(MemoryOps.ADD_TO_PHYSMAP_BATCH);
    assertEquals(0, done);
    assertEquals(2, guest.restarts);
    assertEquals(-Errno.ENOSYS, (int) guest.get32(big + 0x4000 + 4L * (count - 1)));
    guest.put64(ARGUMENT + 24, XenFixture.NOWHERE);
    return op(MemoryOps.ADD_TO_PHYSMAP_BATCH);
  }

  @Test
  void shouldTakePagesOutAndPutThemBackZeroed() {
    guest.put64(GFN << 12, 0x77);
    assertEquals(2, reservation(MemoryOps.DECREASE_RESERVATION, 0, GFN, GFN + 1));
    assertEquals(FRAMES - 2, query(MemoryOps.CURRENT_RESERVATION, SELF));
    assertEquals(GuestMemory.NO_FRAME, guest.memory.frameOf(GFN));
    assertEquals(2, reservation(MemoryOps.POPULATE_PHYSMAP, 0, GFN + 1, 0x50000));
    assertEquals(0x40, guest.memory.frameOf(GFN + 1), "the lowest free frame is the next");
    assertEquals(0, guest.get64(GFN + 1 << 12));
    assertEquals(0x41, guest.memory.frameOf(0x50000));
    assertEquals(0, reservation(MemoryOps.POPULATE_PHYSMAP, 0, GFN));
    assertNotEquals(0x50000, query(MemoryOps.MAXIMUM_GPFN, SELF)); // RAM is higher
  }

  @Test
  void shouldStopAtTheFirstBadExtent() {
    assertEquals(1, reservation(MemoryOps.DECREASE_RESERVATION, 0, GFN, 0x100, GFN + 1));
    assertEquals(0, reservation(MemoryOps.DECREASE_RESERVATION, 0, XenDomain.CONSOLE_GFN));
    assertEquals(0, reservation(MemoryOps.DECREASE_RESERVATION, 0, -1));
    assertEquals(0, reservation(MemoryOps.POPULATE_PHYSMAP, 0, GFN + 1)); // RAM is there
    assertEquals(0, reservation(MemoryOps.POPULATE_PHYSMAP, 0, PhysicalMap.GFN_LIMIT));
    assertEquals(0, reservation(MemoryOps.INCREASE_RESERVATION, 0, GFN));
  }

  @Test
  void shouldDoAnExtentWhollyOrNotAtAll() {
    assertEquals(0, reservation(MemoryOps.DECREASE_RESERVATION, 2, XenFixture.RAM_GFN - 2));
    assertEquals(FRAMES, query(MemoryOps.CURRENT_RESERVATION, SELF));
    assertEquals(1, reservation(MemoryOps.DECREASE_RESERVATION, 2, GFN));
    assertEquals(FRAMES - 4, query(MemoryOps.CURRENT_RESERVATION, SELF));
    assertEquals(0, reservation(MemoryOps.POPULATE_PHYSMAP, 3, 0x50000)); // only four are free
    assertEquals(FRAMES - 4, query(MemoryOps.CURRENT_RESERVATION, SELF));
    assertEquals(1, reservation(MemoryOps.POPULATE_PHYSMAP, 2, 0x50000));
  }

  @Test
  void shouldDoNothingWhenTheReservationIsOutOfBounds() {
    for (int operation : new int[] {MemoryOps.DECREASE_RESERVATION, MemoryOps.POPULATE_PHYSMAP}) {
      assertEquals(0, reservation(operation, 10, GFN));
      assertEquals(0, reservation(operation, -1, GFN));
      assertEquals(0, reserve(operation, 0, 1L << 26, SELF));
      assertEquals(0, reserve(operation, 0, -1, SELF));
      assertEquals(0, reserve(operation, 0, 1, DomainId.HOST));
      assertEquals(0, reserve(operation, 0, 0, SELF));
    }
    guest.put64(ARGUMENT, XenFixture.NOWHERE);
    assertEquals(0, op(MemoryOps.DECREASE_RESERVATION));
  }

  @Test
  void shouldResumeAtTheExtentInTheCommand() {
    guest.put64(LIST, 1); // would be refused
    guest.put64(LIST + 8, GFN);
    reserve(MemoryOps.DECREASE_RESERVATION, 0, 0, SELF);
    guest.put64(ARGUMENT + 8, 2);
    assertEquals(2, op(MemoryOps.DECREASE_RESERVATION | 1 << MemoryOps.OPERATION_BITS));
    assertEquals(-Errno.EINVAL, op(MemoryOps.ADD_TO_PHYSMAP | 1 << MemoryOps.OPERATION_BITS));
  }

  @Test
  void shouldCountTheReservation() {
    assertEquals(FRAMES, query(MemoryOps.CURRENT_RESERVATION, SELF));
    assertEquals(FRAMES, query(MemoryOps.MAXIMUM_RESERVATION, DomainId.GUEST));
    assertEquals(XenFixture.RAM_GFN + FRAMES - 1, query(MemoryOps.MAXIMUM_GPFN, SELF));
    assertEquals(
        XenFixture.RAM_GFN + FRAMES - 1,
        guest.call(Hypercalls.MEMORY_OP, MemoryOps.MAXIMUM_RAM_PAGE, 0));
    for (int operation : new int[] {3, 4, 14}) {
      assertEquals(-Errno.EPERM, query(operation, DomainId.HOST));
      assertEquals(-Errno.ESRCH, query(operation, 17));
    }
    guest.addToPhysmap(0, 0, 1L << 50);
    assertEquals(1L << 38, query(MemoryOps.MAXIMUM_GPFN, SELF));
  }

  @Test
  void shouldReportUnknownOperationsAndFaults() {
    for (int operation : new int[] {5, 8, 9, 11, 12, 13, 24, 28, 63}) {
      assertEquals(-Errno.ENOSYS, op(operation));
    }
    for (int operation : new int[] {0, 1, 3, 4, 6, 7, 14, 15, 23}) {
      assertEquals(-Errno.EFAULT, guest.call(Hypercalls.MEMORY_OP, operation, XenFixture.NOWHERE));
    }
  }
}
