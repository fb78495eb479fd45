package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.RawAccess;
import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;

/**
 * Emits loads and stores: what is plain memory inline, with one test, which several accesses share
 * where they can ({@link AccessGroups}).
 *
 * <p>What is not (a miss of the soft TLB, a fault, a device, a watched frame) leaves the region,
 * and the interpreter does it. No path comes back to the code from there, because HotSpot keeps
 * every register in memory around a call, in a loop that never makes it too. An access that left
 * too often calls the slow path instead (decision 0010).
 */
final class MemoryEmitter {
  private static final ClassDesc BYTES = CD_byte.arrayType();
  private static final MethodTypeDesc LOAD = MethodTypeDesc.of(CD_boolean, CD_long, CD_int);
  private static final MethodTypeDesc STORE =
      MethodTypeDesc.of(CD_boolean, CD_long, CD_int, CD_long);
  private static final int ADDRESS = RegionEmitter.ADDRESS;
  private static final int AT = RegionEmitter.AT;
  private static final int LONG_SHIFT = 3;

  private final CodeBuilder code;
  private final StackMaps maps;
  private final RegisterLocals registers;
  private final PageRanges ranges;
  private final RangedAccesses ranged;
  private final RawCalls calls;
  private final ClassDesc self;
  private final ArrayAccess access;
  private final boolean tlb;
  private final boolean notes;
  private final long flatMask;
  private final BytesEmitter bytes;

  /** How a loaded value becomes a long. */
  enum Extension {
    SIGN,
    ZERO
  }

  MemoryEmitter(
      CodeBuilder code,
      StackMaps maps,
      RegisterLocals registers,
      PageRanges ranges,
      RawCalls calls,
      RegionPlan plan,
      ClassDesc self,
      long flatMask,
      ArrayAccess access) {
    this.code = code;
    this.maps = maps;
    this.registers = registers;
    this.ranges = ranges;
    ranged = plan.ranged();
    this.calls = calls;
    this.self = self;
    this.flatMask = flatMask;
    this.access = access;
    bytes = BytesEmitter.of(access, code, calls);
    notes = !plan.grown();
    tlb = plan.addressing() == RegionPlan.Addressing.TLB;
  }

  /**
   * Emits a load from rs1 and immediate; the value is on the stack then.
   *
   * @param size 1, 2, 4 or 8 octets
   * @param site what to do where it is no plain memory
   */
  void load(long slot, int size, Extension extension, RegionEmitter.Site site) {
    Label slow = slow(site);
    registers.hold(SlotLayout.rs1(slot));
    BitSet held = withAddress();
    place(slot, size, false, site, slow);
    bytes.read(size);
    extend(size, extension, size < 8);
    if (site.calls()) {
      Label done = code.newLabel();
      maps.bindWithLong(done);
      site.outOfLine(
          slow,
          held,
          () -> {
            context().lload(ADDRESS).loadConstant(size);
            code.invokevirtual(RegionCompiler.CONTEXT, "load", LOAD).ifeq(site.leave());
            site.value();
            if (extension == Extension.SIGN && size < 8) {
              code.l2i();
              extend(size, extension, true);
            }
            fetchRanges();
            code.goto_(done);
          });
    }
  }

  /** Emits a store to rs1 and immediate of {@code value}, see {@link Operands#registers}. */
  void store(long slot, int size, int value, RegionEmitter.Site site) {
    Label slow = slow(site);
    registers.hold(value);
    registers.hold(SlotLayout.rs1(slot));
    BitSet held = withAddress();
    place(slot, size, true, site, slow);
    registers.push(value);
    if (size < 8) {
      code.l2i();
    }
    bytes.write(size);
    if (site.calls()) {
      Label done = code.newLabel();
      maps.bind(done);
      site.outOfLine(
          slow,
          held,
          () -> {
            context().lload(ADDRESS).loadConstant(size);
            registers.push(value);
            code.invokevirtual(RegionCompiler.CONTEXT, "store", STORE).ifeq(site.leave());
            fetchRanges();
            code.goto_(done);
          });
    }
  }

  /** Emits code that takes the ranges over again: page tables were walked. */
  void fetchRanges() {
    ranges.fetch();
  }

  /**
   * What one test is made for: one access or several.
   *
   * @param base register that addresses are relative to
   * @param low where it begins
   * @param octets how much it spans
   * @param size of the widest access: where it begins is to be aligned to that
   */
  private record Span(int base, int low, int octets, int size, boolean store) {
    /** Returns where the last piece of this size begins, from where it begins. */
    int last() {
      return octets - 1 & -size;
    }

    static Span of(long slot, int size, boolean store, AccessGroups.Group group) {
      int base = SlotLayout.rs1(slot);
      return group == null
          ? new Span(base, SlotLayout.immediate(slot), size, size, store)
          : new Span(base, group.low(), group.octets(), group.widest(), store);
    }
  }

  /** Returns where an access goes that is not to plain memory; null if another one tests for it. */
  private static Label slow(RegionEmitter.Site site) {
    return tests(site) ? site.slow() : null;
  }

  private static boolean tests(RegionEmitter.Site site) {
    return site.group() == null || site.group().first() == site.retired();
  }

  /** Pushes memory and an access's index in it, or goes to {@code slow}. */
  private void place(long slot, int size, boolean store, RegionEmitter.Site site, Label slow) {
    AccessGroups.Group group = site.group();
    Span span = Span.of(slot, size, store, group);
    boolean tests = tests(site);
    if (tlb && site.ranged()) {
      if (tests) {
        pushAddress(span.base(), span.low());
        ranges.test(store, slow);
      }
      bytes.base();
      registers.push(span.base());
      bytes.index(SlotLayout.immediate(slot) + ranged.distance(store), -1);
    } else if (tlb) {
      int distance = group == null ? RegionEmitter.DISTANCE : local(group);
      if (tests) {
        distance(span, distance, site, slow);
        if (group != null) {
          maps.holdsLong(distance);
        }
      }
      bytes.base();
      ranges.pushIndex(store);
      code.lload(distance).ladd();
      bytes.index(SlotLayout.immediate(slot) - span.low(), -1);
    } else {
      if (tests) {
        flatTest(span, slow);
      }
      if (!tests || span.low() != SlotLayout.immediate(slot)) {
        address(span.base(), SlotLayout.immediate(slot));
      }
      bytes.base();
      code.lload(ADDRESS);
      bytes.index(-GuestMemory.RAM_BASE, flatMask);
    }
  }

  private static int local(AccessGroups.Group group) {
    return RegionEmitter.FIRST_DISTANCE + 2 * group.number();
  }

  /** Returns which locals hold longs where an access's address has been computed. */
  private BitSet withAddress() {
    BitSet held = maps.longs();
    held.set(ADDRESS);
    return held;
  }

  private void address(int base, int offset) {
    pushAddress(base, offset);
    code.lstore(ADDRESS);
  }

  /** Pushes an address; the base register is held where control comes from. */
  private void pushAddress(int base, int offset) {
    registers.push(base);
    bias(offset);
  }

  /** Goes to {@code slow} unless all of it is in one page of plain memory, and aligned. */
  private void flatTest(Span span, Label slow) {
    address(span.base(), span.low());
    onePage(span, slow);
    code.lload(ADDRESS).loadConstant(GuestMemory.RAM_BASE).lsub();
    code.loadConstant(~flatMask | span.size() - 1).land().lconst_0().lcmp().ifne(slow);
    if (span.store()) {
      unwatched(slow);
    }
  }

  /** Goes to {@code slow} if somebody watches the frame. */
  private void unwatched(Label slow) {
    code.getstatic(self, RegionCompiler.FLAGS_FIELD, BYTES);
    flatIndex().loadConstant(GuestMemory.FRAME_SHIFT).iushr().baload().ifne(slow);
  }

  /** Pushes the index of the address; that RAM begins at a multiple of its size is not assumed. */
  private CodeBuilder flatIndex() {
    code.lload(ADDRESS).loadConstant(GuestMemory.RAM_BASE).lsub().l2i();
    return code.loadConstant((int) flatMask).iand();
  }

  /**
   * Stores the address where it begins to its local, and its distance from the range's start, both
   * in memory, to local {@code to}; goes to {@code slow} if not all of it is plain memory.
   *
   * <p>Out of line the start's index is subtracted before the address is added. Subtracted last,
   * HotSpot adds it again before the two ways meet, where it cancels out, and not once for a loop.
   */
  private void distance(Span span, int to, RegionEmitter.Site site, Label slow) {
    Label other = code.newLabel();
    Label found = code.newLabel();
    pushAddress(span.base(), span.low());
    code.dup2().lstore(ADDRESS);
    ranges.distance(span.store(), other, to);
    BitSet held = withAddress();
    BitSet withDistance = maps.longs();
    withDistance.set(to);
    maps.bind(found, withDistance);
    site.outOfLine(
        other,
        held,
        () -> {
          entry(span, slow);
          if (notes) {
            note(site);
          }
          ranges.pushIndex(span.store());
          code.lsub().lload(ADDRESS).ladd().lstore(to).goto_(found);
        });
  }

  /** Takes note that the access needed the soft TLB, for when it is planned again. */
  private void note(RegionEmitter.Site site) {
    code.getstatic(self, RegionCompiler.BEYOND_FIELD, BYTES);
    code.loadConstant(AddressSet.index(site.pc())).iconst_1().bastore();
  }

  /** Goes to {@code slow} unless what begins at the address is in one page, if it is aligned. */
  private void onePage(Span span, Label slow) {
    if (span.last() > 0) {
      code.lload(ADDRESS).loadConstant((long) span.last()).ladd();
      code.lload(ADDRESS).lxor().loadConstant(SoftTlb.PAGE_MASK).land();
      code.lconst_0().lcmp().ifne(slow);
    }
  }

  /**
   * Pushes what the soft TLB's entry adds to the address; goes to {@code slow} if it has none, or
   * the address is misaligned, or not all is in one page. The tag is that of the last access's
   * page: what its page would have is in another entry unless it is the first one's.
   */
  private void entry(Span span, Label slow) {
    int entries = span.store() ? RegionEmitter.STORES : RegionEmitter.LOADS;
    if (access == ArrayAccess.RAW) {
      code.lload(ADDRESS).loadConstant(SoftTlb.AT_SHIFT - LONG_SHIFT).lushr();
      code.loadConstant((long) SoftTlb.AT_MASK << LONG_SHIFT).land();
      code.loadConstant(RawAccess.LONG_BASE).ladd().lstore(AT);
    } else {
      code.lload(ADDRESS).loadConstant(SoftTlb.AT_SHIFT).lushr().l2i();
      code.loadConstant(SoftTlb.AT_MASK).iand().istore(AT);
    }
    part(entries, 0);
    code.lload(ADDRESS);
    bias(span.last());
    code.loadConstant(SoftTlb.PAGE_MASK | span.size() - 1).land();
    code.lload(RegionEmitter.DATA).lor().lcmp().ifne(slow);
    part(entries, 1);
  }

  /** Pushes the first or second number of an entry. */
  private void part(int entries, int number) {
    if (access == ArrayAccess.RAW) {
      code.aload(RegionEmitter.UNSAFE).aload(entries).lload(AT);
      bias((long) number << LONG_SHIFT);
      calls.get(Long.BYTES);
    } else {
      code.aload(entries).iload(AT).loadConstant(number).iadd().laload();
    }
  }

  private void bias(long bias) {
    if (bias != 0) {
      code.loadConstant(bias).ladd();
    }
  }

  private CodeBuilder context() {
    return code.aload(RegionEmitter.CONTEXT);
  }

  /** Makes a long of the int on the stack, of which {@code size} octets count. */
  private void extend(int size, Extension extension, boolean isInt) {
    if (!isInt) {
      return;
    }
    boolean zero = extension == Extension.ZERO;
    if (size == 1) {
      if (zero) {
        code.loadConstant(0xff).iand();
      } else {
        code.i2b();
      }
    } else if (size == 2) {
      if (zero) {
        code.loadConstant(0xffff).iand();
      } else {
        code.i2s();
      }
    }
    code.i2l();
    if (size == 4 && zero) {
      code.loadConstant(0xffff_ffffL).land();
    }
  }
}
