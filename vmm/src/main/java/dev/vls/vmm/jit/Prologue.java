package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.RawAccess;
import dev.vls.vmm.fp.FpStatus;
import dev.vls.vmm.hart.Hart;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;

/**
 * Emits the beginning of {@link Region#run}, which fills the locals that hold the same in the whole
 * method. Constants of the class are in locals, because HotSpot's first compiler looks each field
 * up again wherever it is read.
 */
final class Prologue {
  private static final ClassDesc FP_STATUS = FpStatus.class.describeConstable().orElseThrow();
  private static final ClassDesc BYTES = CD_byte.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();

  private final CodeBuilder code;
  private final StackMaps maps;
  private final ClassDesc self;
  private final boolean single;
  private final ArrayAccess access;

  /**
   * @param maps told what the locals hold
   * @param single whether there is only one hart
   */
  Prologue(CodeBuilder code, StackMaps maps, ClassDesc self, boolean single, ArrayAccess access) {
    this.code = code;
    this.maps = maps;
    this.self = self;
    this.single = single;
    this.access = access;
  }

  /** Emits all of it. */
  void emit(RegionPlan plan, PageRanges ranges) {
    maps.alwaysObject(RegionEmitter.CONTEXT, RegionCompiler.CONTEXT);
    maps.alwaysInt(RegionEmitter.LEFT);
    maps.alwaysInt(RegionEmitter.ENTRY);
    if (access == ArrayAccess.RAW) {
      constant(RegionCompiler.UNSAFE_FIELD, RawAccess.UNSAFE, RegionEmitter.UNSAFE);
    }
    constant(RegionCompiler.MEMORY_FIELD, BYTES, RegionEmitter.MEMORY);
    code.lconst_0().lstore(RegionEmitter.PC);
    maps.alwaysLong(RegionEmitter.PC);
    code.iconst_0().istore(RegionEmitter.REASON);
    maps.alwaysInt(RegionEmitter.REASON);
    registers(RegionCompiler.X_FIELD, "x", RegionEmitter.X);
    if (plan.addressing() == RegionPlan.Addressing.TLB) {
      translations(ranges);
    }
    if (plan.usesFloats()) {
      registers(RegionCompiler.F_FIELD, "f", RegionEmitter.F);
      ofContext("status", FP_STATUS, RegionEmitter.STATUS);
    }
  }

  private void translations(PageRanges ranges) {
    code.aload(RegionEmitter.CONTEXT).getfield(RegionCompiler.CONTEXT, "data", CD_long);
    code.lstore(RegionEmitter.DATA);
    maps.alwaysLong(RegionEmitter.DATA);
    constant(RegionCompiler.LOADS_FIELD, LONGS, RegionEmitter.LOADS);
    constant(RegionCompiler.STORES_FIELD, LONGS, RegionEmitter.STORES);
    ranges.fetch();
    ranges.describe(maps);
  }

  /**
   * Constants take no register of the processor, and their lengths are known everywhere (decision
   * 0026). Of what the context has, the last register is loaded once: HotSpot knows then that it is
   * there and long enough.
   */
  private void registers(String field, String ofContext, int local) {
    if (single) {
      constant(field, LONGS, local);
    } else {
      ofContext(ofContext, LONGS, local);
      code.aload(local).loadConstant(Hart.REGISTERS - 1).laload().pop2();
    }
  }

  private void constant(String field, ClassDesc type, int local) {
    code.getstatic(self, field, type).astore(local);
    maps.alwaysObject(local, type);
  }

  private void ofContext(String field, ClassDesc type, int local) {
    code.aload(RegionEmitter.CONTEXT).getfield(RegionCompiler.CONTEXT, field, type).astore(local);
    maps.alwaysObject(local, type);
  }
}
