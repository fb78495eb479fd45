package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.LoadStoreUnit;
import dev.vls.vmm.hart.Mmu;
import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.isa.Arithmetic;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.isa.Decoder;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;

/**
 * Everything that the hot loop does not do itself: finding and decoding code, missed loads and
 * stores, and rarer instructions.
 */
final class SlowOps {
  private static final int OFFSET_MASK = GuestMemory.FRAME_BYTES - 1;

  private final Hart hart;
  private final GuestMemory memory;
  private final CodeCache cache;
  private final LoadStoreUnit loadStore;
  private final SoftTlb tlb;
  private final long[] x;
  private final long[] f;
  private final Faults faults;
  private final SystemOps system;
  private final AtomicOps atomics;
  private final FloatOps floats;
  private final long[] straddling = CodeCache.endsOnly();
  private long[] page;

  SlowOps(Hart hart, CodeCache cache) {
    this.hart = hart;
    this.memory = hart.memory();
    this.cache = cache;
    this.loadStore = hart.loadStore();
    this.tlb = hart.tlb();
    this.x = hart.registers();
    this.f = hart.floats();
    this.faults = new Faults(hart);
    this.system = new SystemOps(hart, faults);
    this.atomics = new AtomicOps(hart);
    this.floats = new FloatOps(hart, faults);
  }

  /** Returns why the engine has to stop after the last operation, or null. */
  Stop takeStop() {
    return system.takeStop();
  }

  /** Returns the page on which the pc's slot is, after {@link Outcome#ENTERED}. */
  long[] page() {
    return page;
  }

  /**
   * Executes the instruction in {@code slot}, which is the one at the hart's pc; the hart's instret
   * is up to date.
   *
   * @return one of {@link Outcome}
   */
  int execute(long slot) {
    int opcode = SlotLayout.opcode(slot);
    if (opcode >= FMADD_S) {
      return floats.execute(slot);
    }
    if (opcode >= LR_W) {
      return atomic(slot, opcode);
    }
    if (opcode >= FENCE) {
      return system.execute(slot);
    }
    return switch (opcode) {
      case UNDECODED -> decode();
      case PAGE_END -> enter();
      case STRADDLE -> enterStraddling();
      case LB, LH, LW, LD, LBU, LHU, LWU -> load(slot, opcode);
      case SB -> store(slot, 1, x[SlotLayout.rs2(slot)]);
      case SH -> store(slot, 2, x[SlotLayout.rs2(slot)]);
      case SW -> store(slot, 4, x[SlotLayout.rs2(slot)]);
      case SD -> store(slot, 8, x[SlotLayout.rs2(slot)]);
      case FLW, FLD, FSW, FSD -> floatAccess(slot, opcode);
      case MULH, MULHSU, MULHU, DIV, DIVU, REM, REMU, DIVW, DIVUW, REMW, REMUW ->
          arithmetic(slot, opcode);
      default -> faults.illegal();
    };
  }

  private int decode() {
    int frame = hart.mmu().cachedFetchFrame(hart.pc());
    if (frame == Mmu.FAILED) {
      return faults.raise(hart.mmu().cause(), hart.pc());
    }
    cache.decode(frame, (int) hart.pc() & OFFSET_MASK);
    return Outcome.DECODED;
  }

  private int enter() {
    int frame = hart.mmu().cachedFetchFrame(hart.pc());
    if (frame == Mmu.FAILED) {
      return faults.raise(hart.mmu().cause(), hart.pc());
    }
    page = cache.page(frame);
    return Outcome.ENTERED;
  }

  /**
   * Puts an instruction that lies on two pages where nothing caches it: the frames may come
   * together otherwise next time.
   */
  private int enterStraddling() {
    long second = hart.pc() + 2;
    int firstFrame = hart.mmu().cachedFetchFrame(hart.pc());
    if (firstFrame == Mmu.FAILED) {
      return faults.raise(hart.mmu().cause(), hart.pc());
    }
    int secondFrame = hart.mmu().cachedFetchFrame(second);
    if (secondFrame == Mmu.FAILED) {
      return faults.raise(hart.mmu().cause(), second);
    }
    cache.page(secondFrame);
    int low = memory.u16(firstFrame, GuestMemory.FRAME_BYTES - 2);
    int word = memory.u16(secondFrame, 0) << 16 | low;
    straddling[CodeCache.SLOTS - 1] = Decoder.decode(word);
    page = straddling;
    return Outcome.ENTERED;
  }

  private int load(long slot, int opcode) {
    int size = 1 << (opcode >= LBU ? opcode - LBU : opcode - LB);
    long value = loadStore.load(x[SlotLayout.rs1(slot)] + SlotLayout.immediate(slot), size);
    if (loadStore.cause() != Cause.NONE) {
      return faults.memory();
    }
    x[SlotLayout.rd(slot)] =
        switch (opcode) {
          case LB -> (byte) value;
          case LH -> (short) value;
          case LW -> (int) value;
          default -> value;
        };
    return done(Outcome.RETIRED, slot);
  }

  private int store(long slot, int size, long value) {
    loadStore.store(x[SlotLayout.rs1(slot)] + SlotLayout.immediate(slot), size, value);
    if (loadStore.cause() != Cause.NONE) {
      return faults.memory();
    }
    return done(Outcome.RETIRED, slot);
  }

  private int arithmetic(long slot, int opcode) {
    x[SlotLayout.rd(slot)] =
        Arithmetic.execute(opcode, x[SlotLayout.rs1(slot)], x[SlotLayout.rs2(slot)]);
    return Outcome.RETIRED;
  }

  private int floatAccess(long slot, int opcode) {
    if (!hart.csrs().floatsOn()) {
      return faults.illegal();
    }
    if (opcode == FSD || opcode == FSW) {
      return store(slot, opcode == FSD ? 8 : 4, f[SlotLayout.rs2(slot)]);
    }
    int size = opcode == FLD ? 8 : 4;
    long value = loadStore.load(x[SlotLayout.rs1(slot)] + SlotLayout.immediate(slot), size);
    if (loadStore.cause() != Cause.NONE) {
      return faults.memory();
    }
    f[SlotLayout.rd(slot)] = opcode == FLD ? value : value | -1L << 32;
    hart.csrs().dirtyFloats();
    return done(Outcome.RETIRED, slot);
  }

  private int atomic(long slot, int opcode) {
    long address = x[SlotLayout.rs1(slot)];
    if (!atomics.perform(opcode, address, x[SlotLayout.rs2(slot)], AtomicOps.Watched.STORED)) {
      return faults.memory();
    }
    x[SlotLayout.rd(slot)] = atomics.result();
    return done(Outcome.RETIRED, slot);
  }

  /** Makes the loop look up everything again if a device or a watched frame was touched. */
  private int done(int outcome, long slot) {
    boolean effects = loadStore.takeSideEffects();
    boolean dropped = tlb.takeDropped();
    if (outcome != Outcome.RETIRED || !(effects || dropped)) {
      return outcome;
    }
    hart.pc(hart.pc() + 2L * SlotLayout.halfwords(slot));
    return Outcome.MOVED;
  }
}
