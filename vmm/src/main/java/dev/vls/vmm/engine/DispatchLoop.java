package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.LittleEndian;

/**
 * The loop over predecoded instructions that need no call: integer instructions, hits of the soft
 * TLB and jumps. What runs is a copy of it without tests of indexes ({@link RawDispatch}), where
 * the JVM allows that; here an index that is wrong is an exception.
 *
 * <p>There is no call in the loop but to {@link LittleEndian}, which the copy does not have either,
 * not even of a small method: HotSpot inlines none that it has not seen called, and keeps all that
 * lives across a call in memory, not only around it. It is one long method on purpose, and must
 * stay below 8000 bytes of bytecode, also as the copy, above which HotSpot never compiles (decision
 * 0018; a test checks it).
 */
final class DispatchLoop implements Dispatch {
  private static final long PAGE = SoftTlb.PAGE_MASK;
  private static final int OFFSET = GuestMemory.FRAME_BYTES - 1;
  private static final int HEAT = Heat.SIZE - 1;

  /** HotSpot counts calls, and what it has compiled is used from the next one on. */
  private static final int PIECE = 1024;

  /** So few steps at first, because the JVM's interpreter executes them: until HotSpot compiles. */
  private static final int FIRST_PIECE = 32;

  private static final int FIRST_PIECES = 128;

  /**
   * A register is noted to be jumped to whenever the heat of the target has these bits clear. An
   * odd number is taken off each time, so that they take all values.
   */
  private static final int NOTED = 7;

  DispatchLoop() {}

  // Labels that are not loops are the ways out of the switch; word operations do wrap in 32 bits:
  // decision 0007.
  @Override
  @SuppressWarnings({"LabelledBreakTarget", "IntLongMath", "NarrowCalculation"})
  public int run(DispatchState state, int counted) {
    final long[] x = state.x;
    final long[] f = state.f;
    final byte[] memory = state.memory;
    final long[] loads = state.loads;
    final long[] stores = state.stores;
    final int[] heat = state.heat;
    final long[] fetchTags = state.fetchTags;
    final int[] fetchFrames = state.fetchFrames;
    final long[][] pages = state.pages;
    final long[] unknown = state.unknown;
    final long data = state.data;
    final long fetch = state.fetch;
    final boolean floatsDirty = state.floatsDirty;
    final int steps =
        (int) Math.min(state.left, state.pieces++ < FIRST_PIECES ? FIRST_PIECE : PIECE);
    int left = steps;
    long page = state.page;
    int at = state.at;
    long[] code = state.code;
    int block = state.block;
    int entered = left;
    int exit = SPENT;
    if ((x.length | f.length | memory.length | loads.length | stores.length) == 0
        || (heat.length | fetchTags.length | fetchFrames.length | pages.length) == 0
        || (code.length | unknown.length) == 0) {
      throw new IllegalStateException("an array is empty"); // none is null either, from here on
    }
    loop:
    while (left > 0) {
      long slot = code[at];
      int bits = (int) slot;
      long next;
      slow:
      {
        jump:
        {
          link:
          {
            switch (bits & 0xff) {
              case LUI -> x[bits >>> 8 & 63] = slot >> 32;
              case AUIPC -> x[bits >>> 8 & 63] = page + 2L * at + (slot >> 32);
              case JAL -> {
                next = at + (slot >> 33);
                break link;
              }
              case JALR -> {
                long target = x[bits >>> 16 & 63] + (slot >> 32) & ~1;
                if ((heat[(int) (target >>> 1) & HEAT] & NOTED | ~counted) == 0) {
                  break slow;
                }
                next = target - page >> 1;
                break link;
              }
              case BEQ -> {
                if (x[bits >>> 16 & 63] == x[bits >>> 24 & 63]) {
                  next = at + (slot >> 33);
                  break jump;
                }
              }
              case BNE -> {
                if (x[bits >>> 16 & 63] != x[bits >>> 24 & 63]) {
                  next = at + (slot >> 33);
                  break jump;
                }
              }
              case BLT -> {
                if (x[bits >>> 16 & 63] < x[bits >>> 24 & 63]) {
                  next = at + (slot >> 33);
                  break jump;
                }
              }
              case BGE -> {
                if (x[bits >>> 16 & 63] >= x[bits >>> 24 & 63]) {
                  next = at + (slot >> 33);
                  break jump;
                }
              }
              case BLTU -> {
                if (Long.compareUnsigned(x[bits >>> 16 & 63], x[bits >>> 24 & 63]) < 0) {
                  next = at + (slot >> 33);
                  break jump;
                }
              }
              case BGEU -> {
                if (Long.compareUnsigned(x[bits >>> 16 & 63], x[bits >>> 24 & 63]) >= 0) {
                  next = at + (slot >> 33);
                  break jump;
                }
              }
              case LB -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (loads[i] != ((address & PAGE) | data)) {
                  break slow;
                }
                x[bits >>> 8 & 63] = memory[(int) (address + loads[i + 1])];
              }
              case LBU -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (loads[i] != ((address & PAGE) | data)) {
                  break slow;
                }
                x[bits >>> 8 & 63] = memory[(int) (address + loads[i + 1])] & 0xffL;
              }
              case LH -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (loads[i] != ((address & (PAGE | 1)) | data)) {
                  break slow;
                }
                x[bits >>> 8 & 63] = LittleEndian.i16(memory, (int) (address + loads[i + 1]));
              }
              case LHU -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (loads[i] != ((address & (PAGE | 1)) | data)) {
                  break slow;
                }
                x[bits >>> 8 & 63] =
                    LittleEndian.i16(memory, (int) (address + loads[i + 1])) & 0xffffL;
              }
              case LW -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (loads[i] != ((address & (PAGE | 3)) | data)) {
                  break slow;
                }
                x[bits >>> 8 & 63] = LittleEndian.i32(memory, (int) (address + loads[i + 1]));
              }
              case LWU -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (loads[i] != ((address & (PAGE | 3)) | data)) {
                  break slow;
                }
                x[bits >>> 8 & 63] =
                    LittleEndian.i32(memory, (int) (address + loads[i + 1])) & 0xffff_ffffL;
              }
              case LD -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (loads[i] != ((address & (PAGE | 7)) | data)) {
                  break slow;
                }
                x[bits >>> 8 & 63] = LittleEndian.i64(memory, (int) (address + loads[i + 1]));
              }
              case SB -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (stores[i] != ((address & PAGE) | data)) {
                  break slow;
                }
                memory[(int) (address + stores[i + 1])] = (byte) x[bits >>> 24 & 63];
              }
              case SH -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (stores[i] != ((address & (PAGE | 1)) | data)) {
                  break slow;
                }
                LittleEndian.put16(
                    memory, (int) (address + stores[i + 1]), (short) x[bits >>> 24 & 63]);
              }
              case SW -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (stores[i] != ((address & (PAGE | 3)) | data)) {
                  break slow;
                }
                LittleEndian.put32(
                    memory, (int) (address + stores[i + 1]), (int) x[bits >>> 24 & 63]);
              }
              case SD -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (stores[i] != ((address & (PAGE | 7)) | data)) {
                  break slow;
                }
                LittleEndian.put64(memory, (int) (address + stores[i + 1]), x[bits >>> 24 & 63]);
              }
              case FLD -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (!floatsDirty || loads[i] != ((address & (PAGE | 7)) | data)) {
                  break slow;
                }
                f[bits >>> 8 & 31] = LittleEndian.i64(memory, (int) (address + loads[i + 1]));
              }
              case FSD -> {
                long address = x[bits >>> 16 & 63] + (slot >> 32);
                int i = (int) (address >>> SoftTlb.AT_SHIFT) & SoftTlb.AT_MASK;
                if (!floatsDirty || stores[i] != ((address & (PAGE | 7)) | data)) {
                  break slow;
                }
                LittleEndian.put64(memory, (int) (address + stores[i + 1]), f[bits >>> 24 & 31]);
              }
              case ADDI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] + (slot >> 32);
              case SLTI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] < slot >> 32 ? 1 : 0;
              case SLTIU ->
                  x[bits >>> 8 & 63] =
                      Long.compareUnsigned(x[bits >>> 16 & 63], slot >> 32) < 0 ? 1 : 0;
              case XORI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] ^ slot >> 32;
              case ORI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] | slot >> 32;
              case ANDI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] & slot >> 32;
              case SLLI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] << (slot >> 32);
              case SRLI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] >>> (slot >> 32);
              case SRAI -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] >> (slot >> 32);
              case ADD -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] + x[bits >>> 24 & 63];
              case SUB -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] - x[bits >>> 24 & 63];
              case SLL -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] << x[bits >>> 24 & 63];
              case SLT -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] < x[bits >>> 24 & 63] ? 1 : 0;
              case SLTU ->
                  x[bits >>> 8 & 63] =
                      Long.compareUnsigned(x[bits >>> 16 & 63], x[bits >>> 24 & 63]) < 0 ? 1 : 0;
              case XOR -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] ^ x[bits >>> 24 & 63];
              case SRL -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] >>> x[bits >>> 24 & 63];
              case SRA -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] >> x[bits >>> 24 & 63];
              case OR -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] | x[bits >>> 24 & 63];
              case AND -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] & x[bits >>> 24 & 63];
              case ADDIW -> x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] + (int) (slot >> 32);
              case SLLIW -> x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] << (int) (slot >> 32);
              case SRLIW -> x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] >>> (int) (slot >> 32);
              case SRAIW -> x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] >> (int) (slot >> 32);
              case ADDW ->
                  x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] + (int) x[bits >>> 24 & 63];
              case SUBW ->
                  x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] - (int) x[bits >>> 24 & 63];
              case SLLW ->
                  x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] << (int) x[bits >>> 24 & 63];
              case SRLW ->
                  x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] >>> (int) x[bits >>> 24 & 63];
              case SRAW ->
                  x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] >> (int) x[bits >>> 24 & 63];
              case MUL -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] * x[bits >>> 24 & 63];
              case MULW ->
                  x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] * (int) x[bits >>> 24 & 63];
              default -> {
                break slow;
              }
            }
            at += 1 + (bits >>> 14 & 1);
            left--;
            continue loop;
          }
          x[bits >>> 8 & 63] = page + 2L * (at + 1 + (bits >>> 14 & 1));
        }
        if ((next & -CodeCache.SLOTS) != 0) {
          long target = page + 2 * next;
          page = target & PAGE;
          next = (target & OFFSET) >>> 1;
          int i = (int) (target >>> GuestMemory.FRAME_SHIFT) & SoftTlb.ENTRIES - 1;
          code = unknown;
          if (fetchTags[i] == (page | fetch)) {
            long[] found = pages[fetchFrames[i]];
            if (found != null) {
              code = found;
            }
          }
        }
        at = (int) next;
        left--;
        heat[block] -= (entered - left | 1) & counted;
        entered = left;
        block = (int) (page >>> 1) + at & HEAT;
        if ((heat[block] & counted) < 0) {
          exit = HOT;
          break;
        }
        continue;
      }
      state.slot = slot;
      exit = SLOW;
      break;
    }
    heat[block] -= (entered - left | 1) & counted;
    state.block = block;
    state.page = page;
    state.at = at;
    state.code = code;
    state.left -= steps - left;
    return exit;
  }
}
