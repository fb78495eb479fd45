package dev.vls.vmm.isa;

import static dev.vls.vmm.isa.Opcode.*;

/** The rarer instructions of M, with the spec's results for division by zero and overflow. */
public final class Arithmetic {
  private Arithmetic() {}

  public static long execute(int opcode, long a, long b) {
    return switch (opcode) {
      case MULH -> Math.multiplyHigh(a, b);
      case MULHSU -> Math.multiplyHigh(a, b) + (b >> 63 & a);
      case MULHU -> Math.unsignedMultiplyHigh(a, b);
      case DIV -> b == 0 ? -1 : a / b;
      case DIVU -> b == 0 ? -1 : Long.divideUnsigned(a, b);
      case REM -> b == 0 ? a : a % b;
      case REMU -> b == 0 ? a : Long.remainderUnsigned(a, b);
      case DIVW -> (int) b == 0 ? -1 : (int) a / (int) b;
      case DIVUW -> (int) b == 0 ? -1 : Integer.divideUnsigned((int) a, (int) b);
      case REMW -> (int) b == 0 ? (int) a : (int) a % (int) b;
      default -> (int) b == 0 ? (int) a : Integer.remainderUnsigned((int) a, (int) b);
    };
  }
}
