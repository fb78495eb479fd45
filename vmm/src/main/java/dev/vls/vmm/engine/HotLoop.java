package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Mmu;
import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.isa.Arithmetic;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.LittleEndian;

/**
 * The loop over predecoded instructions of one hart, for engines.
 *
 * <p>Integer instructions, hits of the soft TLB and jumps are inline; {@link SlowOps} does the
 * rest. {@link #burst} is one long method on purpose: the JIT keeps its locals in registers, and
 * must stay below 8000 bytes of bytecode, above which HotSpot never compiles (MEASURED, item 1; a
 * test checks it).
 */
public final class HotLoop {
  private static final long PAGE = SoftTlb.PAGE_MASK;
  private static final int OFFSET = GuestMemory.FRAME_BYTES - 1;
  private static final long PIECE = 1024;
  private static final long[] UNKNOWN = CodeCache.endsOnly();

  private final Hart hart;
  private final Mmu mmu;
  private final SlowOps slow;
  private final long[] x;
  private final long[] f;
  private final byte[] memory;
  private final long[][] pages;
  private final long[] fetchTags;
  private final int[] fetchFrames;
  private final long[] loads;
  private final long[] stores;
  private final short[] heat;
  private final JumpProfile profile;
  private Stop stop;
  private boolean decided;
  private boolean jumped;

  /**
   * Creates the loop of a hart.
   *
   * @param cache decoded code, shared by the harts of a domain
   * @param heat counts of jumps, likewise
   * @param profile where indirect jumps go, likewise
   */
  @SuppressWarnings("exports") // for engines, which are in this module
  public HotLoop(Hart hart, CodeCache cache, Heat heat, JumpProfile profile) {
    this.hart = hart;
    this.mmu = hart.mmu();
    this.slow = new SlowOps(hart, cache);
    this.x = hart.registers();
    this.f = hart.floats();
    this.memory = hart.memory().bytes();
    this.pages = cache.pages();
    this.fetchTags = hart.tlb().fetchTags();
    this.fetchFrames = hart.tlb().fetchFrames();
    this.loads = hart.tlb().loads();
    this.stores = hart.tlb().stores();
    this.heat = heat.counts();
    this.profile = profile;
  }

  /** Returns whether this is the loop of {@code other}. */
  public boolean serves(Hart other) {
    return hart == other;
  }

  /** Returns whether the last burst ended because an interrupt may be takeable, or for a stop. */
  public boolean decided() {
    return decided;
  }

  /** Returns whether the last burst ended at a jump to a hot address, which is now the pc. */
  public boolean jumped() {
    return jumped;
  }

  /** Returns why the last burst has to be the last of this run, or null. */
  public Stop takeStop() {
    Stop was = stop;
    stop = null;
    return was;
  }

  /**
   * As {@link #burst}, in pieces: HotSpot counts calls, and what it has compiled is used from the
   * next call on.
   */
  public long run(long steps, int cooling) {
    long left = steps;
    do {
      long piece = Math.min(left, PIECE);
      left -= piece - burst(piece, cooling);
    } while (left > 0 && !decided && !jumped);
    return left;
  }

  /**
   * Executes up to {@code steps} steps; returns early for a stop, when an interrupt is to be taken
   * and at a jump to a hot address.
   *
   * @param cooling what a jump takes off the heat of its target: 1, or 0 where it is not to end the
   *     burst
   * @return the steps that are left
   */
  // Labels that are not loops are the two ways out of the switch; word operations do wrap in 32
  // bits: decision 0007.
  @SuppressWarnings({"LabelledBreakTarget", "IntLongMath", "NarrowCalculation"})
  public long burst(long steps, int cooling) {
    final long[] x = this.x;
    final byte[] memory = this.memory;
    final long[] loads = this.loads;
    final long[] stores = this.stores;
    final short[] heat = this.heat;
    final JumpProfile profile = this.profile;
    decided = false;
    jumped = false;
    long left = steps;
    long end = hart.instret() + steps; // instret is always end - left
    long data = mmu.dataContext();
    boolean floatsDirty = hart.csrs().floatsDirty();
    long page = hart.pc() & PAGE;
    int at = ((int) hart.pc() & OFFSET) >>> 1;
    long[] code = known(hart.pc());
    while (left > 0) {
      long slot = code[at];
      long target;
      slow:
      {
        jump:
        {
          int bits = (int) slot;
          switch (bits & 0xff) {
            case LUI -> x[bits >>> 8 & 63] = slot >> 32;
            case AUIPC -> x[bits >>> 8 & 63] = page + 2L * at + (slot >> 32);
            case JAL -> {
              target = page + 2L * at + (slot >> 32);
              x[bits >>> 8 & 63] = page + 2L * (at + 1 + (bits >>> 14 & 1));
              break jump;
            }
            case JALR -> {
              target = x[bits >>> 16 & 63] + (slot >> 32) & ~1;
              profile.note(page + 2L * at, target);
              x[bits >>> 8 & 63] = page + 2L * (at + 1 + (bits >>> 14 & 1));
              break jump;
            }
            case BEQ -> {
              if (x[bits >>> 16 & 63] == x[bits >>> 24 & 63]) {
                target = page + 2L * at + (slot >> 32);
                break jump;
              }
            }
            case BNE -> {
              if (x[bits >>> 16 & 63] != x[bits >>> 24 & 63]) {
                target = page + 2L * at + (slot >> 32);
                break jump;
              }
            }
            case BLT -> {
              if (x[bits >>> 16 & 63] < x[bits >>> 24 & 63]) {
                target = page + 2L * at + (slot >> 32);
                break jump;
              }
            }
            case BGE -> {
              if (x[bits >>> 16 & 63] >= x[bits >>> 24 & 63]) {
                target = page + 2L * at + (slot >> 32);
                break jump;
              }
            }
            case BLTU -> {
              if (Long.compareUnsigned(x[bits >>> 16 & 63], x[bits >>> 24 & 63]) < 0) {
                target = page + 2L * at + (slot >> 32);
                break jump;
              }
            }
            case BGEU -> {
              if (Long.compareUnsigned(x[bits >>> 16 & 63], x[bits >>> 24 & 63]) >= 0) {
                target = page + 2L * at + (slot >> 32);
                break jump;
              }
            }
            case LB -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (loads[i] != ((address & PAGE) | data)) {
                break slow;
              }
              x[bits >>> 8 & 63] = memory[(int) (address + loads[i + 1])];
            }
            case LBU -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (loads[i] != ((address & PAGE) | data)) {
                break slow;
              }
              x[bits >>> 8 & 63] = memory[(int) (address + loads[i + 1])] & 0xffL;
            }
            case LH -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (loads[i] != ((address & (PAGE | 1)) | data)) {
                break slow;
              }
              x[bits >>> 8 & 63] = LittleEndian.i16(memory, (int) (address + loads[i + 1]));
            }
            case LHU -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (loads[i] != ((address & (PAGE | 1)) | data)) {
                break slow;
              }
              x[bits >>> 8 & 63] =
                  LittleEndian.i16(memory, (int) (address + loads[i + 1])) & 0xffffL;
            }
            case LW -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (loads[i] != ((address & (PAGE | 3)) | data)) {
                break slow;
              }
              x[bits >>> 8 & 63] = LittleEndian.i32(memory, (int) (address + loads[i + 1]));
            }
            case LWU -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (loads[i] != ((address & (PAGE | 3)) | data)) {
                break slow;
              }
              x[bits >>> 8 & 63] =
                  LittleEndian.i32(memory, (int) (address + loads[i + 1])) & 0xffff_ffffL;
            }
            case LD -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (loads[i] != ((address & (PAGE | 7)) | data)) {
                break slow;
              }
              x[bits >>> 8 & 63] = LittleEndian.i64(memory, (int) (address + loads[i + 1]));
            }
            case SB -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (stores[i] != ((address & PAGE) | data)) {
                break slow;
              }
              memory[(int) (address + stores[i + 1])] = (byte) x[bits >>> 24 & 63];
            }
            case SH -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (stores[i] != ((address & (PAGE | 1)) | data)) {
                break slow;
              }
              LittleEndian.put16(
                  memory, (int) (address + stores[i + 1]), (short) x[bits >>> 24 & 63]);
            }
            case SW -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (stores[i] != ((address & (PAGE | 3)) | data)) {
                break slow;
              }
              LittleEndian.put32(
                  memory, (int) (address + stores[i + 1]), (int) x[bits >>> 24 & 63]);
            }
            case SD -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (stores[i] != ((address & (PAGE | 7)) | data)) {
                break slow;
              }
              LittleEndian.put64(memory, (int) (address + stores[i + 1]), x[bits >>> 24 & 63]);
            }
            case FLD -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
              if (!floatsDirty || loads[i] != ((address & (PAGE | 7)) | data)) {
                break slow;
              }
              f[bits >>> 8 & 31] = LittleEndian.i64(memory, (int) (address + loads[i + 1]));
            }
            case FSD -> {
              long address = x[bits >>> 16 & 63] + (slot >> 32);
              int i = SoftTlb.at(address);
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
            case ADDW -> x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] + (int) x[bits >>> 24 & 63];
            case SUBW -> x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] - (int) x[bits >>> 24 & 63];
            case SLLW ->
                x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] << (int) x[bits >>> 24 & 63];
            case SRLW ->
                x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] >>> (int) x[bits >>> 24 & 63];
            case SRAW ->
                x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] >> (int) x[bits >>> 24 & 63];
            case MUL -> x[bits >>> 8 & 63] = x[bits >>> 16 & 63] * x[bits >>> 24 & 63];
            case MULW -> x[bits >>> 8 & 63] = (int) x[bits >>> 16 & 63] * (int) x[bits >>> 24 & 63];
            case MULH, MULHSU, MULHU, DIV, DIVU, REM, REMU, DIVW, DIVUW, REMW, REMUW ->
                x[bits >>> 8 & 63] =
                    Arithmetic.execute(bits & 0xff, x[bits >>> 16 & 63], x[bits >>> 24 & 63]);
            default -> {
              break slow;
            }
          }
          at += 1 + (bits >>> 14 & 1);
          left--;
          continue;
        }
        left--;
        if (Heat.cool(heat, target, cooling)) {
          hart.pc(target);
          hart.instret(end - left);
          jumped = true;
          return left;
        }
        long distance = target - page;
        if ((distance & PAGE) == 0) {
          at = (int) distance >>> 1;
        } else {
          page = target & PAGE;
          at = ((int) target & OFFSET) >>> 1;
          code = known(target);
        }
        continue;
      }
      hart.pc(page + 2L * at);
      hart.instret(end - left);
      switch (slow.execute(slot)) {
        case Outcome.RETIRED -> {
          at += SlotLayout.halfwords(slot);
          left--;
          floatsDirty = hart.csrs().floatsDirty();
        }
        case Outcome.DECODED -> {}
        case Outcome.ENTERED -> {
          code = slow.page();
          page = hart.pc() & PAGE;
          at = ((int) hart.pc() & OFFSET) >>> 1;
        }
        case Outcome.TRAPPED -> {
          left--;
          end--;
          if (mustLeave(end - left, cooling)) {
            return left;
          }
          data = mmu.dataContext();
          floatsDirty = hart.csrs().floatsDirty();
          page = hart.pc() & PAGE;
          at = ((int) hart.pc() & OFFSET) >>> 1;
          code = known(hart.pc());
        }
        default -> {
          left--;
          if (mustLeave(end - left, cooling)) {
            return left;
          }
          data = mmu.dataContext();
          floatsDirty = hart.csrs().floatsDirty();
          page = hart.pc() & PAGE;
          at = ((int) hart.pc() & OFFSET) >>> 1;
          code = known(hart.pc());
        }
      }
    }
    hart.pc(page + 2L * at);
    hart.instret(end);
    return 0;
  }

  /**
   * Returns whether the burst ends after a step that may have changed anything; the hart's instret
   * becomes {@code retired}.
   */
  private boolean mustLeave(long retired, int cooling) {
    hart.instret(retired);
    Stop reason = slow.takeStop();
    boolean yielded = hart.takeYield();
    stop = reason != null ? reason : yielded ? Stop.YIELD : null;
    decided = stop != null || hart.interruptible();
    jumped = !decided && Heat.cool(heat, hart.pc(), cooling);
    return decided || jumped;
  }

  /** Returns the page of {@code address} if both its translation and its slots are at hand. */
  private long[] known(long address) {
    int i = SoftTlb.index(address);
    long tag = address & PAGE | mmu.fetchContext();
    long[] found = fetchTags[i] == tag ? pages[fetchFrames[i]] : null;
    return found == null ? UNKNOWN : found;
  }
}
