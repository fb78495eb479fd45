package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.isa.SlotLayout;

/**
 * Which instructions are translated, and what they weigh: about the bytes of bytecode that HotSpot
 * sees, those that it inlines included, of which a method may not have many ({@link
 * LongestMethod}).
 */
final class Weights {
  private static final int PLAIN = 9;
  private static final int MEMORY = 45;
  private static final int FLOAT = 60;
  private static final int CALL = 20;

  private Weights() {}

  /** Returns whether the instruction is translated; the interpreter executes all others. */
  static boolean translates(long slot) {
    int opcode = SlotLayout.opcode(slot);
    if (opcode <= ILLEGAL) {
      return false;
    }
    if (opcode <= FENCE_I || opcode >= LR_W) {
      return true;
    }
    return opcode >= CSRRW && translatesCsr(slot);
  }

  /** Returns what {@code slot}, which is translated, weighs. */
  static int of(long slot) {
    int opcode = SlotLayout.opcode(slot);
    if (opcode >= FMADD_S) {
      return FLOAT;
    }
    if (opcode >= ECALL) {
      return CALL;
    }
    if ((opcode >= LB && opcode <= SD) || (opcode >= FLD && opcode <= FSW)) {
      return MEMORY;
    }
    return PLAIN;
  }

  /** Returns whether a CSR instruction writes. */
  static boolean writesCsr(long slot) {
    int opcode = SlotLayout.opcode(slot);
    return opcode == CSRRW || opcode == CSRRWI || SlotLayout.rs1(slot) != 0;
  }

  private static boolean translatesCsr(long slot) {
    int csr = SlotLayout.immediate(slot);
    if (!writesCsr(slot)) {
      return !CsrFile.showsPending(csr);
    }
    int opcode = SlotLayout.opcode(slot);
    boolean mayMask = opcode != CSRRW && opcode != CSRRWI && CsrFile.masksInterrupts(csr, 0);
    return CsrFile.isInert(csr) || mayMask;
  }
}
