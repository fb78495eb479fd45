package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.fp.Binary32;
import dev.vls.vmm.fp.Binary64;
import dev.vls.vmm.fp.Convert;
import dev.vls.vmm.fp.FpStatus;
import dev.vls.vmm.fp.NanBox;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.SlotLayout;

/**
 * F and D instructions but for loads and stores: which registers and rounding mode they take, NaN
 * boxing, and mstatus.FS (unprivileged spec, chapters "F" and "D"; privileged spec 3.1.6.6).
 */
final class FloatOps {
  private static final int DYNAMIC = 7;
  private static final int LAST_MODE = 4;

  private final CsrFile csrs;
  private final FpStatus status;
  private final long[] x;
  private final long[] f;
  private final Faults faults;

  FloatOps(Hart hart, Faults faults) {
    this.csrs = hart.csrs();
    this.status = csrs.floatStatus();
    this.x = hart.registers();
    this.f = hart.floats();
    this.faults = faults;
  }

  int execute(long slot) {
    if (!csrs.floatsOn()) {
      return faults.illegal();
    }
    int opcode = SlotLayout.opcode(slot);
    int mode = SlotLayout.rounding(slot);
    if (mode == DYNAMIC) {
      mode = csrs.frm();
      if (mode > LAST_MODE) {
        return faults.illegal();
      }
    }
    csrs.dirtyFloats();
    if (opcode >= FMADD_S + DOUBLE) {
      doubles(slot, opcode - DOUBLE, mode);
    } else {
      singles(slot, opcode, mode);
    }
    return Outcome.RETIRED;
  }

  private void singles(long slot, int opcode, int mode) {
    int a = NanBox.unbox(f[SlotLayout.rs1(slot) & 31]);
    int b = NanBox.unbox(f[SlotLayout.rs2(slot) & 31]);
    int rd = SlotLayout.rd(slot);
    switch (opcode) {
      case FADD_S -> f[rd] = NanBox.box(Binary32.add(a, b, mode, status));
      case FSUB_S -> f[rd] = NanBox.box(Binary32.sub(a, b, mode, status));
      case FMUL_S -> f[rd] = NanBox.box(Binary32.mul(a, b, mode, status));
      case FDIV_S -> f[rd] = NanBox.box(Binary32.div(a, b, mode, status));
      case FSQRT_S -> f[rd] = NanBox.box(Binary32.sqrt(a, mode, status));
      case FSGNJ_S -> f[rd] = NanBox.box(Binary32.sgnj(a, b));
      case FSGNJN_S -> f[rd] = NanBox.box(Binary32.sgnjn(a, b));
      case FSGNJX_S -> f[rd] = NanBox.box(Binary32.sgnjx(a, b));
      case FMIN_S -> f[rd] = NanBox.box(Binary32.min(a, b, status));
      case FMAX_S -> f[rd] = NanBox.box(Binary32.max(a, b, status));
      case FEQ_S -> x[rd] = Binary32.eq(a, b, status) ? 1 : 0;
      case FLT_S -> x[rd] = Binary32.lt(a, b, status) ? 1 : 0;
      case FLE_S -> x[rd] = Binary32.le(a, b, status) ? 1 : 0;
      case FCLASS_S -> x[rd] = Binary32.classify(a);
      case FMV_TO_X_S -> x[rd] = (int) f[SlotLayout.rs1(slot) & 31];
      case FMV_FROM_X_S -> f[rd] = NanBox.box((int) x[SlotLayout.rs1(slot)]);
      case FCVT_FORMAT_S ->
          f[rd] = NanBox.box(Convert.doubleToSingle(f[SlotLayout.rs1(slot) & 31], mode, status));
      case FCVT_W_S -> x[rd] = Convert.singleToInt32(a, mode, status);
      case FCVT_WU_S -> x[rd] = Convert.singleToUint32(a, mode, status);
      case FCVT_L_S -> x[rd] = Convert.singleToInt64(a, mode, status);
      case FCVT_LU_S -> x[rd] = Convert.singleToUint64(a, mode, status);
      case FCVT_FROM_W_S ->
          f[rd] = NanBox.box(Convert.int32ToSingle((int) x[SlotLayout.rs1(slot)], mode, status));
      case FCVT_FROM_WU_S ->
          f[rd] = NanBox.box(Convert.uint32ToSingle((int) x[SlotLayout.rs1(slot)], mode, status));
      case FCVT_FROM_L_S ->
          f[rd] = NanBox.box(Convert.int64ToSingle(x[SlotLayout.rs1(slot)], mode, status));
      case FCVT_FROM_LU_S ->
          f[rd] = NanBox.box(Convert.uint64ToSingle(x[SlotLayout.rs1(slot)], mode, status));
      default -> f[rd] = NanBox.box(fusedSingle(slot, opcode, mode, a, b));
    }
  }

  private int fusedSingle(long slot, int opcode, int mode, int a, int b) {
    int c = NanBox.unbox(f[SlotLayout.rs3(slot)]);
    return switch (opcode) {
      case FMADD_S -> Binary32.fmadd(a, b, c, mode, status);
      case FMSUB_S -> Binary32.fmsub(a, b, c, mode, status);
      case FNMSUB_S -> Binary32.fnmsub(a, b, c, mode, status);
      default -> Binary32.fnmadd(a, b, c, mode, status);
    };
  }

  private void doubles(long slot, int opcode, int mode) {
    long a = f[SlotLayout.rs1(slot) & 31];
    long b = f[SlotLayout.rs2(slot) & 31];
    int rd = SlotLayout.rd(slot);
    switch (opcode) {
      case FADD_S -> f[rd] = Binary64.add(a, b, mode, status);
      case FSUB_S -> f[rd] = Binary64.sub(a, b, mode, status);
      case FMUL_S -> f[rd] = Binary64.mul(a, b, mode, status);
      case FDIV_S -> f[rd] = Binary64.div(a, b, mode, status);
      case FSQRT_S -> f[rd] = Binary64.sqrt(a, mode, status);
      case FSGNJ_S -> f[rd] = Binary64.sgnj(a, b);
      case FSGNJN_S -> f[rd] = Binary64.sgnjn(a, b);
      case FSGNJX_S -> f[rd] = Binary64.sgnjx(a, b);
      case FMIN_S -> f[rd] = Binary64.min(a, b, status);
      case FMAX_S -> f[rd] = Binary64.max(a, b, status);
      case FEQ_S -> x[rd] = Binary64.eq(a, b, status) ? 1 : 0;
      case FLT_S -> x[rd] = Binary64.lt(a, b, status) ? 1 : 0;
      case FLE_S -> x[rd] = Binary64.le(a, b, status) ? 1 : 0;
      case FCLASS_S -> x[rd] = Binary64.classify(a);
      case FMV_TO_X_S -> x[rd] = a;
      case FMV_FROM_X_S -> f[rd] = x[SlotLayout.rs1(slot)];
      case FCVT_FORMAT_S ->
          f[rd] = Convert.singleToDouble(NanBox.unbox(f[SlotLayout.rs1(slot) & 31]), status);
      case FCVT_W_S -> x[rd] = Convert.doubleToInt32(a, mode, status);
      case FCVT_WU_S -> x[rd] = Convert.doubleToUint32(a, mode, status);
      case FCVT_L_S -> x[rd] = Convert.doubleToInt64(a, mode, status);
      case FCVT_LU_S -> x[rd] = Convert.doubleToUint64(a, mode, status);
      case FCVT_FROM_W_S -> f[rd] = Convert.int32ToDouble((int) x[SlotLayout.rs1(slot)]);
      case FCVT_FROM_WU_S -> f[rd] = Convert.uint32ToDouble((int) x[SlotLayout.rs1(slot)]);
      case FCVT_FROM_L_S -> f[rd] = Convert.int64ToDouble(x[SlotLayout.rs1(slot)], mode, status);
      case FCVT_FROM_LU_S -> f[rd] = Convert.uint64ToDouble(x[SlotLayout.rs1(slot)], mode, status);
      default -> f[rd] = fusedDouble(slot, opcode, mode, a, b);
    }
  }

  private long fusedDouble(long slot, int opcode, int mode, long a, long b) {
    long c = f[SlotLayout.rs3(slot)];
    return switch (opcode) {
      case FMADD_S -> Binary64.fmadd(a, b, c, mode, status);
      case FMSUB_S -> Binary64.fmsub(a, b, c, mode, status);
      case FNMSUB_S -> Binary64.fnmsub(a, b, c, mode, status);
      default -> Binary64.fnmadd(a, b, c, mode, status);
    };
  }
}
