package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

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
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final MethodTypeDesc LOAD = MethodTypeDesc.of(CD_boolean, CD_long, CD_int);
  private static final MethodTypeDesc STORE =
      MethodTypeDesc.of(CD_boolean, CD_long, CD_int, CD_long);
  private static final int ADDRESS = RegionEmitter.ADDRESS;
  private static final int AT = RegionEmitter.AT;

  private final CodeBuilder code;
  private final RegisterLocals registers;
  private final ClassDesc self;
  private final boolean tlb;
  private final long flatMask;
  private final BytesEmitter bytes;

  /** How a loaded value becomes a long. */
  enum Extension {
    SIGN,
    ZERO
  }

  MemoryEmitter(
      CodeBuilder code,
      RegisterLocals registers,
      RegionPlan plan,
      ClassDesc self,
      long flatMask,
      ArrayAccess access) {
    this.code = code;
    this.registers = registers;
    this.self = self;
    this.flatMask = flatMask;
    bytes = BytesEmitter.of(access, code, self);
    tlb = plan.addressing() == RegionPlan.Addressing.TLB;
  }

  /**
   * Emits a load from rs1 and immediate; the value is on the stack then.
   *
   * @param size 1, 2, 4 or 8 octets
   * @param site what to do where it is no plain memory
   */
  void load(long slot, int size, Extension extension, RegionEmitter.Site site) {
    Label slow = site.slow();
    place(slot, size, false, site, slow);
    bytes.read(size);
    extend(size, extension, size < 8);
    if (site.calls()) {
      Label done = code.newBoundLabel();
      site.outOfLine(
          slow,
          () -> {
            context().lload(ADDRESS).loadConstant(size);
            code.invokevirtual(RegionCompiler.CONTEXT, "load", LOAD).ifeq(site.leave());
            site.value();
            if (extension == Extension.SIGN && size < 8) {
              code.l2i();
              extend(size, extension, true);
            }
            site.forgetPages();
            code.goto_(done);
          });
    }
  }

  /** Emits a store to rs1 and immediate of {@code value}, see {@link Operands#registers}. */
  void store(long slot, int size, int value, RegionEmitter.Site site) {
    Label slow = site.slow();
    registers.hold(value);
    place(slot, size, true, site, slow);
    registers.push(value);
    if (size < 8) {
      code.l2i();
    }
    bytes.write(size);
    if (site.calls()) {
      Label done = code.newBoundLabel();
      site.outOfLine(
          slow,
          () -> {
            context().lload(ADDRESS).loadConstant(size);
            registers.push(value);
            code.invokevirtual(RegionCompiler.CONTEXT, "store", STORE).ifeq(site.leave());
            site.forgetPages();
            code.goto_(done);
          });
    }
  }

  /** Pushes memory and an access's index in it, or goes to {@code slow}. */
  private void place(long slot, int size, boolean store, RegionEmitter.Site site, Label slow) {
    AccessGroups.Group group = site.group();
    String field = store ? RegionCompiler.STORES_FIELD : RegionCompiler.LOADS_FIELD;
    if (group == null) {
      address(slot, SlotLayout.immediate(slot));
      test(field, size, site, slow);
    } else {
      if (group.first() == site.retired()) {
        test(slot, size, group, field, site, slow);
      }
      address(slot, SlotLayout.immediate(slot));
    }
    bytes.base();
    code.lload(ADDRESS);
    if (!tlb) {
      bytes.index(-GuestMemory.RAM_BASE, flatMask);
      return;
    }
    if (group == null) {
      distance(field, site);
    } else {
      code.lload(local(group));
    }
    code.ladd();
    bytes.index(0, -1);
  }

  /** Goes to {@code slow} unless all of the group is in one page of plain memory, and aligned. */
  private void test(
      long slot,
      int size,
      AccessGroups.Group group,
      String field,
      RegionEmitter.Site site,
      Label slow) {
    address(slot, group.low());
    code.lload(ADDRESS).loadConstant((long) group.high() - group.low()).ladd();
    code.lload(ADDRESS).lxor().loadConstant(SoftTlb.PAGE_MASK).land();
    code.lconst_0().lcmp().ifne(slow);
    test(field, size, site, slow);
    if (tlb) {
      distance(field, site);
      code.lstore(local(group));
    }
  }

  /** Goes to {@code slow} unless the address is one of plain memory, and aligned. */
  private void test(String field, int size, RegionEmitter.Site site, Label slow) {
    if (tlb) {
      entry(field, size, site, slow);
    } else {
      flatTest(~flatMask | size - 1, slow);
      if (field.equals(RegionCompiler.STORES_FIELD)) {
        unwatched(slow);
      }
    }
  }

  private static int local(AccessGroups.Group group) {
    return RegionEmitter.FIRST_DISTANCE + 2 * group.number();
  }

  private void address(long slot, int offset) {
    registers.loadX(SlotLayout.rs1(slot));
    if (offset != 0) {
      code.loadConstant((long) offset).ladd();
    }
    code.lstore(ADDRESS);
  }

  /** Goes to {@code slow} if somebody watches the frame. */
  private void unwatched(Label slow) {
    code.getstatic(self, RegionCompiler.FLAGS_FIELD, BYTES);
    flatIndex().loadConstant(GuestMemory.FRAME_SHIFT).iushr().baload().ifne(slow);
  }

  /** Goes to {@code slow} if a bit of {@code forbidden} is set in the distance from RAM's base. */
  private void flatTest(long forbidden, Label slow) {
    code.lload(ADDRESS).loadConstant(GuestMemory.RAM_BASE).lsub();
    code.loadConstant(forbidden).land().lconst_0().lcmp().ifne(slow);
  }

  /** Pushes the index of the address; that RAM begins at a multiple of its size is not assumed. */
  private CodeBuilder flatIndex() {
    code.lload(ADDRESS).loadConstant(GuestMemory.RAM_BASE).lsub().l2i();
    return code.loadConstant((int) flatMask).iand();
  }

  /** Goes to {@code slow} if the soft TLB has no entry for the address, or it is misaligned. */
  private void entry(String field, int size, RegionEmitter.Site site, Label slow) {
    code.lload(ADDRESS).loadConstant(SoftTlb.PAGE_MASK | size - 1).land();
    code.lstore(RegionEmitter.TAG);
    int local = site.page();
    if (local < 0) {
      hashedEntry(field, slow);
      return;
    }
    Label other = code.newLabel();
    Label found = code.newLabel();
    code.lload(RegionEmitter.TAG).lload(local).lcmp().ifne(other);
    code.labelBinding(found);
    site.outOfLine(
        other,
        () -> {
          hashedEntry(field, slow);
          code.lload(RegionEmitter.TAG).lstore(local);
          hashedDistance(field);
          code.lstore(local + 2).goto_(found);
        });
  }

  /** Goes to {@code slow} if the soft TLB has no entry at the place that addresses hash to. */
  private void hashedEntry(String field, Label slow) {
    code.lload(ADDRESS).loadConstant(SoftTlb.AT_SHIFT).lushr().l2i();
    code.loadConstant(SoftTlb.AT_MASK).iand().istore(AT);
    code.getstatic(self, field, LONGS).iload(AT).laload();
    code.lload(RegionEmitter.TAG).lload(RegionEmitter.DATA).lor().lcmp().ifne(slow);
  }

  /** Pushes what the soft TLB's entry that was found adds to addresses. */
  private void distance(String field, RegionEmitter.Site site) {
    int local = site.page();
    if (local < 0) {
      hashedDistance(field);
    } else {
      code.lload(local + 2);
    }
  }

  private void hashedDistance(String field) {
    code.getstatic(self, field, LONGS).iload(AT).iconst_1().iadd().laload();
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
