package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.memory.GuestMemory;
import org.junit.jupiter.api.Test;

class GrantTableTest {
  private static final int PERMIT = GrantEntryLayout.GTF_PERMIT_ACCESS;
  private static final int READONLY = GrantEntryLayout.GTF_READONLY;
  private static final int READING = GrantEntryLayout.GTF_READING;
  private static final int WRITING = GrantEntryLayout.GTF_WRITING;
  private static final int REF = 8;
  private static final long GFN = XenFixture.RAM_GFN + 5;

  private final XenFixture guest = new XenFixture().mapGrants(1);
  private final GrantTable grants = guest.domain.grants();

  private void expectPin(int status, int ref, Access access) {
    GrantResult result = grants.pin(ref, access);
    assertEquals(status, result.status());
    assertEquals(status == 0, result.ok());
    if (status != 0) {
      assertEquals(GuestMemory.NO_FRAME, result.frame());
    }
  }

  private void balloonOut(long gfn) {
    guest.put64(XenFixture.ARGUMENT + 64, gfn);
    reservation();
    assertEquals(
        1, guest.call(Hypercalls.MEMORY_OP, MemoryOps.DECREASE_RESERVATION, XenFixture.ARGUMENT));
  }

  private long populate(long gfn) {
    guest.put64(XenFixture.ARGUMENT + 64, gfn);
    reservation();
    return guest.call(Hypercalls.MEMORY_OP, MemoryOps.POPULATE_PHYSMAP, XenFixture.ARGUMENT);
  }

  private void reservation() {
    guest.put64(XenFixture.ARGUMENT, XenFixture.ARGUMENT + 64);
    guest.put64(XenFixture.ARGUMENT + 8, 1);
    guest.put64(XenFixture.ARGUMENT + 16, 0);
    guest.put64(XenFixture.ARGUMENT + 24, XenFixture.SELF);
  }

  @Test
  void shouldSeedConsoleAndStoreWhenTheDomainIsCreated() {
    GrantResult console = grants.pin(GrantTable.CONSOLE_REF, Access.WRITE);
    GrantResult store = grants.pin(GrantTable.STORE_REF, Access.WRITE);
    assertEquals(guest.domain.consoleFrame(), console.frame());
    assertEquals(guest.domain.storeFrame(), store.frame());
    assertEquals(console.frame(), guest.memory.frameOf(XenDomain.CONSOLE_GFN));
    assertEquals(store.frame(), guest.memory.frameOf(XenDomain.STORE_GFN));
    assertEquals(1, guest.get8(XenDomain.CONSOLE_GFN * 4096 + 3088)); // disconnected
  }

  @Test
  void shouldShowReadingAndWritingWhileAGrantIsPinned() {
    guest.grant(REF, PERMIT, DomainId.HOST, GFN);
    assertEquals(5, grants.pin(REF, Access.READ).frame());
    assertEquals(PERMIT | READING, guest.grantFlags(REF));
    assertEquals(5, grants.pin(REF, Access.WRITE).frame());
    assertEquals(PERMIT | READING | WRITING, guest.grantFlags(REF));
    assertEquals(0, grants.unpin(REF, Access.WRITE));
    assertEquals(PERMIT | READING, guest.grantFlags(REF));
    assertEquals(0, grants.unpin(REF, Access.READ));
    assertEquals(PERMIT, guest.grantFlags(REF));
  }

  @Test
  void shouldKeepOtherFlagsWhenStatusBitsChange() {
    guest.grant(REF, PERMIT | 0xfe60, DomainId.HOST, GFN);
    expectPin(0, REF, Access.WRITE);
    assertEquals(PERMIT | 0xfe60 | READING | WRITING, guest.grantFlags(REF));
    grants.unpin(REF, Access.WRITE);
    assertEquals(PERMIT | 0xfe60, guest.grantFlags(REF));
  }

  @Test
  void shouldRefuseWhenTheReferenceIsOutsideTheTable() {
    for (int ref : new int[] {-1, 512, 513, 32768, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      expectPin(GrantStatus.BAD_GNTREF, ref, Access.READ);
      assertEquals(GrantStatus.BAD_GNTREF, grants.check(ref, Access.READ).status());
      assertEquals(GrantStatus.BAD_GNTREF, grants.unpin(ref, Access.READ));
    }
  }

  @Test
  void shouldReachTheLastReferenceWhenTheTableHasGrown() {
    XenFixture grown = new XenFixture().mapGrants(GrantTable.MAX_FRAMES);
    grown.grant(32767, PERMIT, DomainId.HOST, GFN);
    assertEquals(5, grown.domain.grants().pin(32767, Access.WRITE).frame());
    assertEquals(GrantStatus.BAD_GNTREF, grown.domain.grants().pin(32768, Access.READ).status());
  }

  @Test
  void shouldRefuseWhenTheEntryDoesNotPermitTheHost() {
    int[] flags = {0, 2, 3, PERMIT | GrantEntryLayout.GTF_SUB_PAGE};
    for (int each : flags) {
      guest.grant(REF, each, DomainId.HOST, GFN);
      expectPin(GrantStatus.GENERAL_ERROR, REF, Access.READ);
      assertEquals(each, guest.grantFlags(REF));
    }
    guest.grant(REF, PERMIT, DomainId.GUEST, GFN);
    expectPin(GrantStatus.GENERAL_ERROR, REF, Access.READ);
  }

  @Test
  void shouldRefuseToWriteWhenTheEntryIsReadOnly() {
    guest.grant(REF, PERMIT | READONLY, DomainId.HOST, GFN);
    expectPin(GrantStatus.GENERAL_ERROR, REF, Access.WRITE);
    assertEquals(PERMIT | READONLY, guest.grantFlags(REF));
    expectPin(0, REF, Access.READ);
    expectPin(GrantStatus.GENERAL_ERROR, REF, Access.WRITE);
    assertEquals(PERMIT | READONLY | READING, guest.grantFlags(REF));
  }

  @Test
  void shouldRefuseWhenTheFrameIsNotTheGuestsOwnPage() {
    guest.mapShared();
    long[] foreign = {XenFixture.SHARED >>> 12, XenFixture.GRANTS >>> 12, 0x10000, 0xffff_ffffL, 0};
    for (long gfn : foreign) {
      guest.grant(REF, PERMIT, DomainId.HOST, gfn);
      expectPin(GrantStatus.BAD_PAGE, REF, Access.READ);
      assertEquals(PERMIT, guest.grantFlags(REF), "no status bit may stay behind");
    }
  }

  @Test
  void shouldKeepTheFirstFrameWhenTheGuestRewritesAPinnedEntry() {
    guest.grant(REF, PERMIT, DomainId.HOST, GFN);
    expectPin(0, REF, Access.WRITE);
    guest.grant(REF, 0, DomainId.GUEST, XenFixture.RAM_GFN + 9);
    assertEquals(5, grants.pin(REF, Access.READ).frame());
    assertEquals(5, grants.check(REF, Access.WRITE).frame());
    assertEquals(0, grants.unpin(REF, Access.READ));
    assertEquals(0, grants.unpin(REF, Access.WRITE));
    expectPin(GrantStatus.GENERAL_ERROR, REF, Access.READ);
  }

  @Test
  void shouldRefuseAnotherGranteeWhileAGrantIsPinned() {
    guest.grant(REF, PERMIT, DomainId.HOST, GFN);
    expectPin(0, REF, Access.READ);
    guest.grant(REF, PERMIT, DomainId.GUEST, GFN);
    assertEquals(GrantStatus.GENERAL_ERROR, grants.pin(REF, Access.READ, DomainId.GUEST).status());
    assertEquals(GrantStatus.BAD_GNTREF, grants.unpin(REF, Access.READ, DomainId.GUEST));
  }

  @Test
  void shouldRefuseTheNextPinWhenACounterIsFull() {
    guest.grant(REF, PERMIT, DomainId.HOST, GFN);
    for (Access access : Access.values()) {
      for (int i = 0; i < 128; i++) {
        expectPin(0, REF, access);
      }
      expectPin(GrantStatus.GENERAL_ERROR, REF, access);
    }
    for (Access access : Access.values()) {
      for (int i = 0; i < 128; i++) {
        assertEquals(0, grants.unpin(REF, access));
      }
      assertEquals(GrantStatus.BAD_GNTREF, grants.unpin(REF, access));
    }
    assertEquals(PERMIT, guest.grantFlags(REF));
  }

  @Test
  void shouldCheckWithoutPinningWhenACommitAsks() {
    guest.grant(REF, PERMIT | READONLY, DomainId.HOST, GFN);
    assertEquals(5, grants.check(REF, Access.READ).frame());
    assertFalse(grants.check(REF, Access.WRITE).ok());
    assertEquals(PERMIT | READONLY, guest.grantFlags(REF));
    assertEquals(GrantStatus.BAD_GNTREF, grants.unpin(REF, Access.READ));
    guest.grant(REF, PERMIT, DomainId.HOST, 1);
    assertEquals(GrantStatus.BAD_PAGE, grants.check(REF, Access.READ).status());
  }

  @Test
  void shouldNotReuseAPinnedPageWhenTheGuestBalloonsItOut() {
    guest.grant(REF, PERMIT, DomainId.HOST, GFN);
    expectPin(0, REF, Access.WRITE);
    balloonOut(GFN);
    assertEquals(0, populate(GFN), "its only free frame is still in use");
    assertEquals(5, grants.check(REF, Access.WRITE).frame());
    guest.memory.put64(5, 0, 77);
    assertEquals(0, grants.unpin(REF, Access.WRITE));
    assertEquals(1, populate(GFN));
    assertEquals(5, guest.memory.frameOf(GFN));
    assertEquals(0, guest.get64(GFN << 12), "a page is handed out zeroed");
  }

  @Test
  void shouldSaveNothingOfAPinThatIsGone() {
    guest.grant(REF, PERMIT, DomainId.HOST, GFN);
    byte[] before = guest.memory.bytes().clone();
    expectPin(0, REF, Access.WRITE);
    grants.unpin(REF, Access.WRITE);
    assertTrue(java.util.Arrays.equals(before, guest.memory.bytes()));
  }
}
