package dev.vls.vmm.hart;

import static dev.vls.vmm.hart.CsrLayout.*;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.PteLayout;

/**
 * Address translation: Bare, Sv39 and Sv48 (privileged spec 12.3 to 12.5), with A and D set by the
 * walk while menvcfg.ADUE is (Svadu, decision 0015).
 *
 * <p>It also numbers translation contexts for the {@link SoftTlb}: everything but the address that
 * the result depends on.
 */
public final class Mmu {
  /** Returned by {@link #translate} if it fails; {@link #cause} then says why. */
  public static final long FAILED = -1;

  /** The context of fetches and data accesses that are not translated. */
  public static final int BARE = 0;

  /** A physical address that nothing answers; physical addresses have 56 bits. */
  private static final long NOWHERE = 1L << 62;

  /** What a walk does where the leaf's A, or D for a store, is clear and ADUE is set. */
  public enum Walk {
    /** It makes the access: the bits are set. */
    ACCESS,
    /** It asks whether the access can be made: nothing is set. */
    CHECK,
    /** It asks for what can be had without a change: it fails. */
    LOOK
  }

  static final int CONTEXT_SHIFT = 3;
  private static final int USER_BIT = 4;
  private static final int SUM_BIT = 2;
  private static final int MXR_BIT = 1;
  private static final int MAX_LEVELS = 4;
  private static final int ENTRIES = GuestMemory.FRAME_BYTES / PteLayout.BYTES; // of a table

  private final Hart hart;
  private final CsrFile csrs;
  private final GuestMemory memory;
  private final SoftTlb tlb;
  private final TranslationContexts contexts;
  private int satpSlot = TranslationContexts.NONE;
  private int fetchContext;
  private int dataContext;
  private Privilege dataPrivilege = Privilege.MACHINE;
  private int cause;
  private final int[] walked = new int[MAX_LEVELS];
  private int walkedLevels;
  private int lastLevel; // index in walked of the table of pages of 4 KiB
  private long leafEntry; // of the last walk

  Mmu(Hart hart, CsrFile csrs, HartGroup group) {
    this.hart = hart;
    this.csrs = csrs;
    this.memory = group.memory();
    this.tlb = group.tlb();
    this.contexts = group.contexts();
  }

  /** Returns the present context of fetches, shifted for use in tags. */
  public int fetchContext() {
    return fetchContext;
  }

  /** Returns the present context of loads and stores, shifted for use in tags. */
  public int dataContext() {
    return dataContext;
  }

  /** Returns the exception code of the translation that failed last. */
  public int cause() {
    return cause;
  }

  /** Follows a change of privilege, mstatus or satp, or of the hart that runs. */
  void contextChanged() {
    long status = csrs.rawStatus();
    Privilege privilege = hart.privilege();
    dataPrivilege =
        privilege == Privilege.MACHINE && (status & STATUS_MPRV) != 0
            ? Privilege.of((int) (status >>> STATUS_MPP_SHIFT) & 3)
            : privilege;
    if (csrs.satp() >>> SATP_MODE_SHIFT == 0) {
      fetchContext = BARE;
      dataContext = BARE;
      return;
    }
    satpSlot = contexts.slot(csrs.satp(), satpSlot);
    fetchContext = context(privilege, 0);
    int modifiers =
        ((status & STATUS_SUM) != 0 ? SUM_BIT : 0) | ((status & STATUS_MXR) != 0 ? MXR_BIT : 0);
    dataContext = context(dataPrivilege, modifiers);
  }

  private int context(Privilege privilege, int modifiers) {
    if (privilege == Privilege.MACHINE) {
      return BARE;
    }
    int user = privilege == Privilege.USER ? USER_BIT : 0;
    return (satpSlot * 8 + user + modifiers) << CONTEXT_SHIFT;
  }

  /**
   * Translates for an instruction fetch and caches the result.
   *
   * @return the machine frame that {@code address} lies in, or {@link #FAILED}
   */
  public int fetchFrame(long address) {
    return fetchFrame(address, Walk.ACCESS);
  }

  private int fetchFrame(long address, Walk walk) {
    long physical = translate(address, Access.FETCH, hart.privilege(), walk);
    if (physical == FAILED) {
      return (int) FAILED;
    }
    int frame = memory.frameOf(physical >>> GuestMemory.FRAME_SHIFT);
    if (frame == GuestMemory.NO_FRAME) {
      cause = Cause.FETCH_ACCESS;
      return (int) FAILED;
    }
    watchWalked(address);
    tlb.installFetch(address, fetchContext, frame);
    return frame;
  }

  /** Returns what {@link #fetchFrame} returns, from the cache if it is there. */
  public int cachedFetchFrame(long address) {
    return cachedFetchFrame(address, Walk.ACCESS);
  }

  /**
   * Returns what {@link #fetchFrame} would if that changes no page-table entry; {@link #FAILED} if
   * it does: for who reads code that is not executed now.
   */
  public int lookFetchFrame(long address) {
    return cachedFetchFrame(address, Walk.LOOK);
  }

  private int cachedFetchFrame(long address, Walk walk) {
    int index = SoftTlb.index(address);
    return tlb.fetchTags()[index] == ((address & SoftTlb.PAGE_MASK) | fetchContext)
        ? tlb.fetchFrames()[index]
        : fetchFrame(address, walk);
  }

  /**
   * Translates a load or store with the present data privilege (mstatus.MPRV); see {@link
   * #translate}.
   */
  long translateData(long address, Access access, Walk walk) {
    return translate(address, access, dataPrivilege, walk);
  }

  /** Caches the data translation just made of {@code address} to {@code frame}. */
  void installData(long address, Access access, int frame) {
    watchWalked(address);
    if (access == Access.LOAD) {
      tlb.installLoad(address, dataContext, frame);
    } else {
      tlb.installStore(address, dataContext, frame);
    }
    installRange(address & SoftTlb.PAGE_MASK, access, frame);
  }

  /** Looks how far memory goes on in one piece around a page that was just translated. */
  private void installRange(long page, Access access, int frame) {
    RangeTlb ranges = access == Access.LOAD ? tlb.loadRanges() : tlb.storeRanges();
    if (walkedLevels == 0 || !ranges.wants(dataContext, page) || !grants(access, frame)) {
      return;
    }
    int before = 0;
    while (goesOn(page, access, frame, -before - 1)) {
      before++;
    }
    int behind = 0;
    while (goesOn(page, access, frame, behind + 1)) {
      behind++;
    }
    ranges.add(
        dataContext,
        page - ((long) before << GuestMemory.FRAME_SHIFT),
        before + 1L + behind << GuestMemory.FRAME_SHIFT,
        ((long) frame << GuestMemory.FRAME_SHIFT) - page);
  }

  private boolean grants(Access access, int frame) {
    return access == Access.LOAD || memory.flags(frame) == 0;
  }

  /**
   * Returns whether the page so many pages further on, of the same 2 MiB, has the same leaf or one
   * that says the same, and its frame is as far from {@code frame}.
   */
  private boolean goesOn(long page, Access access, int frame, int pages) {
    int at = (int) (page >>> GuestMemory.FRAME_SHIFT) & ENTRIES - 1;
    int other = at + pages;
    if (other < 0 || other >= ENTRIES) {
      return false;
    }
    int level = lastLevel + 1 - walkedLevels;
    if (level == 0
        && !sameBeside(access, memory.i64(walked[lastLevel], other * PteLayout.BYTES), pages)) {
      return false;
    }
    long within = (1L << 9 * level) - 1;
    return follows(
        access,
        PteLayout.ppn(leafEntry) + (page >>> GuestMemory.FRAME_SHIFT & within) + pages,
        frame + pages);
  }

  private boolean sameBeside(Access access, long pte, int pages) {
    long counts = access == Access.LOAD ? ~PteLayout.D : -1;
    return ((pte ^ PteLayout.further(leafEntry, pages)) & counts) == 0;
  }

  private boolean follows(Access access, long gfn, int frame) {
    return frame >= 0 && memory.frameOf(gfn) == frame && grants(access, frame);
  }

  private void watchWalked(long address) {
    for (int i = 0; i < walkedLevels; i++) {
      memory.watch(walked[i], GuestMemory.PAGE_TABLE);
      if (i == lastLevel) {
        tlb.foundThroughLastLevel(walked[i], address);
      } else {
        tlb.foundThroughUpperLevel(walked[i]);
      }
    }
  }

  /**
   * Returns the physical address behind {@code address}, or {@link #FAILED} with {@link #cause}
   * set; nothing is cached.
   *
   * @param privilege mode in which the access is made
   * @param walk what becomes of the leaf's A and D
   */
  long translate(long address, Access access, Privilege privilege, Walk walk) {
    walkedLevels = 0;
    long satp = csrs.satp();
    int mode = (int) (satp >>> SATP_MODE_SHIFT);
    if (mode == 0 || privilege == Privilege.MACHINE) {
      return address < 0 ? NOWHERE : address;
    }
    int levels = mode == SATP_SV39 ? 3 : 4;
    int unused = 64 - (GuestMemory.FRAME_SHIFT + 9 * levels);
    if (address << unused >> unused != address) {
      return failed(access.pageFault());
    }
    return walk(address, access, privilege, walk, levels);
  }

  private long walk(long address, Access access, Privilege privilege, Walk walk, int levels) {
    long table = csrs.satp() << 20 >>> 20;
    lastLevel = levels - 1;
    for (int level = levels - 1; level >= 0; level--) {
      int frame = memory.frameOf(table);
      if (frame == GuestMemory.NO_FRAME) {
        return failed(access.accessFault());
      }
      walked[walkedLevels++] = frame;
      int index = (int) (address >>> (GuestMemory.FRAME_SHIFT + 9 * level)) & ENTRIES - 1;
      long pte = memory.i64(frame, index * PteLayout.BYTES);
      if ((pte & PteLayout.V) == 0 || (pte & PteLayout.RESERVED) != 0) {
        return failed(access.pageFault());
      }
      if (PteLayout.isLeaf(pte)) {
        long physical = leaf(address, access, privilege, pte, level);
        leafEntry = pte | accessed(access);
        return physical == FAILED || mark(frame, index, pte, access, walk)
            ? physical
            : failed(access.pageFault());
      }
      if ((pte & (PteLayout.A | PteLayout.D | PteLayout.U)) != 0) {
        return failed(access.pageFault());
      }
      table = PteLayout.ppn(pte);
    }
    return failed(access.pageFault());
  }

  private long leaf(long address, Access access, Privilege privilege, long pte, int level) {
    long pageMask = (1L << (GuestMemory.FRAME_SHIFT + 9 * level)) - 1;
    long physical = PteLayout.ppn(pte) << GuestMemory.FRAME_SHIFT;
    if (!permitted(access, privilege, pte) || (physical & pageMask) != 0) {
      return failed(access.pageFault());
    }
    return physical | (address & pageMask);
  }

  /**
   * Sets A and D as {@code walk} says, by a store like any other; returns whether the access may go
   * on.
   */
  private boolean mark(int frame, int index, long pte, Access access, Walk walk) {
    long missing = accessed(access) & ~pte;
    if (missing == 0) {
      return true;
    }
    if (walk == Walk.LOOK || !csrs.updatesEntries()) {
      return false;
    }
    if (walk == Walk.ACCESS) {
      memory.put64(frame, index * PteLayout.BYTES, pte | missing);
    }
    return true;
  }

  private static long accessed(Access access) {
    return access == Access.STORE ? PteLayout.A | PteLayout.D : PteLayout.A;
  }

  private boolean permitted(Access access, Privilege privilege, long pte) {
    if ((pte & (PteLayout.R | PteLayout.W)) == PteLayout.W) {
      return false;
    }
    boolean userPage = (pte & PteLayout.U) != 0;
    boolean user = privilege == Privilege.USER;
    if (userPage != user && !(userPage && access != Access.FETCH && csrs.status(STATUS_SUM))) {
      return false;
    }
    return switch (access) {
      case FETCH -> (pte & PteLayout.X) != 0;
      case LOAD ->
          (pte & PteLayout.R) != 0 || ((pte & PteLayout.X) != 0 && csrs.status(STATUS_MXR));
      case STORE -> (pte & PteLayout.W) != 0;
    };
  }

  private long failed(int why) {
    cause = why;
    return FAILED;
  }
}
