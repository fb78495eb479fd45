package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.vls.vmm.isa.SlotLayout;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Emits loads and stores, as calls of {@link GuestView} or {@link FlatView} that the JIT inlines.
 */
final class MemoryEmitter {
  private final CodeBuilder code;
  private final RegionEmitter.Locals locals;
  private final ClassDesc self;
  private final ClassDesc view;
  private final boolean tlb;
  private final MethodTypeDesc load;
  private final MethodTypeDesc store;

  MemoryEmitter(CodeBuilder code, RegionEmitter.Locals locals, RegionPlan plan, ClassDesc self) {
    this.code = code;
    this.locals = locals;
    this.self = self;
    view = RegionCompiler.view(plan);
    tlb = plan.addressing() == RegionPlan.Addressing.TLB;
    MethodTypeDesc loads = MethodTypeDesc.of(CD_long, CD_long, RegionCompiler.CONTEXT);
    MethodTypeDesc stores = MethodTypeDesc.of(CD_void, CD_long, CD_long, RegionCompiler.CONTEXT);
    load = tlb ? loads.insertParameterTypes(2, CD_long) : loads;
    store = tlb ? stores.insertParameterTypes(3, CD_long) : stores;
  }

  /** Emits a load from rs1 and immediate; the value is on the stack then. */
  void load(long slot, String method) {
    address(slot);
    context();
    code.invokevirtual(view, method, load);
  }

  /** Emits a store to rs1 and immediate of what {@code value} pushes. */
  void store(long slot, String method, Runnable value) {
    address(slot);
    value.run();
    context();
    code.invokevirtual(view, method, store);
  }

  private void address(long slot) {
    code.getstatic(self, RegionCompiler.VIEW_FIELD, view);
    locals.loadX(code, SlotLayout.rs1(slot));
    int offset = SlotLayout.immediate(slot);
    if (offset != 0) {
      code.loadConstant((long) offset).ladd();
    }
  }

  private void context() {
    code.aload(RegionEmitter.Locals.CONTEXT);
    if (tlb) {
      code.lload(RegionEmitter.Locals.DATA);
    }
  }
}
