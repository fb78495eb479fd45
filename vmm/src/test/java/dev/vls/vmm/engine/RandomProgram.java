package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.CompressedDecoder;
import dev.vls.vmm.isa.Decoder;
import dev.vls.vmm.isa.Opcode;
import dev.vls.vmm.isa.SlotLayout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * A seeded random program of some dozen instructions with forward jumps only, and the state that it
 * starts from.
 *
 * <p>x2, x8, x30 and x31 point to scratch memory and are never written. The last instruction is an
 * ECALL.
 */
final class RandomProgram {
  private static final int[] BASES = {2, 8, 30, 31};
  private static final int MIN_LENGTH = 20;
  private static final int EXTRA_LENGTH = 40;

  private static final int ACQUIRE = 1 << 26;
  private static final int RELEASE = 1 << 25;

  // Compressed jumps by 6 bytes, and the rest of what is drawn too seldom among all encodings.
  private static final int C_J_6 = 0xa019;
  private static final int C_BEQZ_6 = 0xc019;
  private static final int C_BNEZ_6 = 0xe019;
  private static final int C_JR_X1 = 0x8082;
  private static final int C_JALR_X1 = 0x9082;
  private static final int C_ADDI16SP_16 = 0x6141;
  private static final int C_ADDI16SP_MINUS_16 = 0x717d;
  private static final int C_EBREAK = 0x9002;
  private static final int C_UNIMP = 0;

  private static final int[] SAFE_CSRS = {0x001, 0x002, 0x003};
  private static final int[] ABSENT_CSRS = {0x004, 0x1ff, 0x3ff, 0x7c0, 0x8ff, 0xcff, 0xfff};

  private final SplittableRandom random;
  private final long seed;
  private final long address;
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private final int mode;
  private final boolean paging;
  private final boolean sv48;
  private final int set;
  private final long end;
  private final boolean pairs;
  private long delegation;

  RandomProgram(long seed, long address) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.address = address;
    mode = new int[] {0, 1, 1, 3}[random.nextInt(4)];
    paging = random.nextInt(3) != 0;
    sv48 = random.nextBoolean();
    // SC to a page that faults: the reference machine fails it without looking, ours takes the
    // fault
    pairs = !paging && random.nextBoolean();
    set = random.nextInt(DifferentialImage.TABLE_SETS);
    int length = MIN_LENGTH + random.nextInt(EXTRA_LENGTH);
    for (int i = 0; i < length; i++) {
      instruction();
    }
    // targets of the last forward jumps
    for (int i = 0; i < 8; i++) {
      half(0x0001);
    }
    end = address + code.size();
    word(ecall());
  }

  /** Returns the first address behind the program. */
  long end() {
    return address + code.size();
  }

  /** Returns what identifies the program in a failure. */
  String describe() {
    return "program seed %d, mode %d, %s, set %d, at %x:%n%s"
        .formatted(
            seed,
            mode,
            paging ? sv48 ? "Sv48" : "Sv39" : "Bare",
            set,
            address,
            HexFormat.of().formatHex(code.toByteArray()));
  }

  /** Returns the program's code. */
  byte[] code() {
    return code.toByteArray();
  }

  long address() {
    return address;
  }

  /** Writes code, descriptor and the input part of the record {@code index}. */
  void write(ByteBuffer bytes, int index) {
    bytes.put((int) (address - DifferentialImage.RAM), code.toByteArray());
    int at = (int) (DifferentialImage.DESCRIPTORS - DifferentialImage.RAM) + 1024 * index;
    for (int r = 1; r < 32; r++) {
      bytes.putLong(at + 8 * r, isBase(r) ? base() : integer());
    }
    for (int r = 0; r < 32; r++) {
      bytes.putLong(at + 256 + 8 * r, floating());
    }
    boolean alias = mode == 0 && paging;
    long shift = alias ? DifferentialImage.USER_ALIAS : 0;
    bytes.putLong(at + DifferentialImage.D_FCSR, random.nextInt(5) << 5 | random.nextInt(32));
    bytes.putLong(at + DifferentialImage.D_MSTATUS, status());
    bytes.putLong(at + DifferentialImage.D_SATP, paging ? PageTableSets.satp(set, sv48) : 0);
    bytes.putLong(at + DifferentialImage.D_MEDELEG, delegation);
    bytes.putLong(at + DifferentialImage.D_ENTRY, address + shift);
    bytes.putLong(at + DifferentialImage.D_END, end + shift);
    bytes.putLong(at + DifferentialImage.D_ACCESSED, mostlySet());
    bytes.putLong(at + DifferentialImage.D_DIRTY, mostlySet());
    bytes.putLong(at + DifferentialImage.D_WINDOW, PageTableSets.window(set));
  }

  private long mostlySet() {
    long bits = random.nextLong();
    return bits | random.nextLong();
  }

  private long status() {
    long status = (long) mode << 11;
    status |= random.nextInt(8) == 0 ? 0 : 3L << 13;
    status |= random.nextBoolean() ? 1L << 18 : 0; // SUM
    status |= random.nextBoolean() ? 1L << 19 : 0; // MXR
    status |= mode == 3 && random.nextBoolean() ? 1L << 17 : 0; // MPRV
    boolean trapReturns = random.nextInt(6) == 0;
    status |= trapReturns ? 1L << 22 : 0; // TSR
    status |= random.nextInt(6) == 0 ? 1L << 20 : 0; // TVM
    long delegable = 1 << 2 | 1 << 4 | 1 << 6 | 1 << 13 | 1 << 15;
    long accessFaults = random.nextBoolean() ? 1 << 5 | 1 << 7 : 0;
    delegation = trapReturns ? 0 : random.nextLong() & delegable | accessFaults;
    return status;
  }

  private boolean isBase(int register) {
    return register == 2 || register == 8 || register >= 30;
  }

  private long base() {
    if (!paging || (mode == 3 && random.nextBoolean())) {
      return !pairs && random.nextInt(12) == 0
          ? 0x1000_0000_0000L + random.nextInt(64)
          : DifferentialImage.SCRATCH
              + 2048
              + random.nextInt(DifferentialImage.SCRATCH_BYTES - 4096);
    }
    return switch (random.nextInt(12)) {
      case 0 -> 1L << 47 + random.nextInt(2);
      case 1 -> 1L << 63;
      case 2 -> PageTableSets.BIG_WINDOW + 2048 + random.nextInt(60000);
      case 3 -> PageTableSets.BIG_WINDOW + (1 << 21) + 2048 + random.nextInt(60000);
      default ->
          PageTableSets.WINDOW
              + 4096L * (1 + random.nextInt(PageTableSets.WINDOW_PAGES - 2))
              + (random.nextBoolean() ? random.nextInt(24) - 12 : random.nextInt(4096));
    };
  }

  private long integer() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(4) - 2;
      case 1 -> 1L << random.nextInt(64);
      case 2 -> (1L << random.nextInt(64)) - 1;
      case 3 -> random.nextInt();
      default -> random.nextLong();
    };
  }

  private long floating() {
    long sign = random.nextBoolean() ? 1L << 63 : 0;
    return switch (random.nextInt(8)) {
      case 0 ->
          sign | 0x7ff0_0000_0000_0000L | (random.nextBoolean() ? random.nextLong() >>> 12 : 0);
      case 1 -> sign | random.nextLong() >>> 12;
      case 2 -> Double.doubleToRawLongBits(random.nextInt());
      case 3 -> -1L << 32 | Float.floatToRawIntBits(random.nextInt(1000) / 8f) & 0xffff_ffffL;
      case 4 -> -1L << 32 | random.nextInt() & 0xffff_ffffL;
      case 5 -> -1L << 32 | (0x7f80_0000 | random.nextInt(4) << 21) & 0xffff_ffffL;
      default -> random.nextLong();
    };
  }

  private void half(int encoding) {
    code.write(encoding);
    code.write(encoding >> 8);
  }

  private void word(int encoding) {
    half(encoding);
    half(encoding >> 16);
  }

  private int destination() {
    int register;
    do {
      register = random.nextInt(32);
    } while (isBase(register));
    return register;
  }

  private int any() {
    return random.nextInt(32);
  }

  private int pointer() {
    return BASES[random.nextInt(BASES.length)];
  }

  private int offset() {
    return random.nextBoolean() ? random.nextInt(64) * 8 - 256 : random.nextInt(4096) - 2048;
  }

  private void instruction() {
    int draw = random.nextInt(100);
    if (draw < 18) {
      word(
          r(
              random.nextBoolean() ? 0x33 : 0x3b,
              random.nextInt(8),
              funct7(),
              destination(),
              any(),
              any()));
    } else if (draw < 32) {
      immediate();
    } else if (draw < 50) {
      access();
    } else if (draw < 62) {
      compressed();
    } else if (draw < 78) {
      floatOperation();
    } else if (draw < 84) {
      atomic();
    } else if (draw < 91) {
      jump();
    } else if (draw < 95) {
      csr();
    } else {
      odd();
    }
  }

  private int funct7() {
    return new int[] {0, 0, 1, 1, 0x20}[random.nextInt(5)];
  }

  private void immediate() {
    int opcode = random.nextInt(3) == 0 ? 0x1b : 0x13;
    int funct3 = random.nextInt(8);
    int immediate = random.nextInt(4096);
    if (funct3 == 1 || funct3 == 5) {
      immediate =
          random.nextInt(opcode == 0x1b ? 32 : 64)
              | (funct3 == 5 && random.nextBoolean() ? 0x400 : 0);
    } else if (opcode == 0x1b) {
      funct3 = 0;
    }
    switch (random.nextInt(8)) {
      case 0 -> word(lui(destination(), random.nextInt()));
      case 1 -> word(auipc(destination(), random.nextInt()));
      default -> word(i(opcode, funct3, destination(), any(), immediate));
    }
  }

  private void access() {
    switch (random.nextInt(8)) {
      case 0 -> word(i(0x07, 2 + random.nextInt(2), any(), pointer(), offset()));
      case 1 -> word(s(0x27, 2 + random.nextInt(2), pointer(), any(), offset()));
      case 2, 3, 4 -> word(s(0x23, random.nextInt(4), pointer(), any(), offset()));
      default -> word(i(0x03, random.nextInt(7), destination(), pointer(), offset()));
    }
  }

  private void compressed() {
    while (true) {
      int encoding = random.nextInt(1 << 16);
      if ((encoding & 3) == 3) {
        continue;
      }
      long slot = CompressedDecoder.decode(encoding);
      int opcode = SlotLayout.opcode(slot);
      boolean memory =
          (opcode >= Opcode.LB && opcode <= Opcode.SD)
              || (opcode >= Opcode.FLD && opcode <= Opcode.FSW);
      boolean rare = opcode == Opcode.ILLEGAL || opcode == Opcode.EBREAK;
      boolean moves = opcode >= Opcode.JAL && opcode <= Opcode.BGEU;
      if (moves || (rare && random.nextInt(16) != 0) || (memory && !isBase(SlotLayout.rs1(slot)))) {
        continue;
      }
      int rd = SlotLayout.rd(slot); // of stores none
      if (isBase(rd) && rd != Hart.DISCARD && opcode != Opcode.FLD) {
        continue;
      }
      half(encoding);
      return;
    }
  }

  private int rounding() {
    return new int[] {0, 1, 2, 3, 4, 7, 7, 7}[random.nextInt(8)];
  }

  private void floatOperation() {
    int format = random.nextInt(2);
    int rounding = random.nextInt(32) == 0 ? 5 + random.nextInt(2) : rounding();
    switch (random.nextInt(12)) {
      case 0, 1 ->
          word(
              any() << 27
                  | r(0x43 | random.nextInt(4) << 2, rounding, format, any(), any(), any()));
      case 2 -> word(r(0x53, random.nextInt(3), 0x10 | format, any(), any(), any()));
      case 3 -> word(r(0x53, random.nextInt(2), 0x14 | format, any(), any(), any()));
      case 4 -> word(r(0x53, random.nextInt(3), 0x50 | format, destination(), any(), any()));
      case 5 -> word(r(0x53, random.nextInt(2), 0x70 | format, destination(), any(), 0));
      case 6 -> word(r(0x53, 0, 0x78 | format, any(), any(), 0));
      case 7 -> word(r(0x53, rounding, 0x60 | format, destination(), any(), random.nextInt(4)));
      case 8 -> word(r(0x53, rounding, 0x68 | format, any(), any(), random.nextInt(4)));
      case 9 -> word(r(0x53, rounding, 0x20 | format, any(), any(), 1 - format));
      case 10 -> word(r(0x53, rounding, 0x2c | format, any(), any(), 0));
      default -> word(r(0x53, rounding, random.nextInt(4) << 2 | format, any(), any(), any()));
    }
  }

  private void atomic() {
    int width = random.nextBoolean() ? 8 : 4;
    int base = pointer();
    if (random.nextInt(6) == 0) {
      word(amo(0x02, width, destination(), base, 0) | ordering(ACQUIRE));
      return;
    }
    if (pairs && random.nextInt(3) == 0) {
      reservedStore(width, base);
      return;
    }
    int[] operations = {0, 1, 4, 8, 0xc, 0x10, 0x14, 0x18, 0x1c};
    int order = random.nextInt(4) << 25;
    word(amo(operations[random.nextInt(9)], width, destination(), base, any()) | order);
  }

  /** LR and SC to an aligned address; an unrelated instruction between them. */
  private void reservedStore(int width, int base) {
    int aligned = 1 + random.nextInt(1);
    word(andi(aligned, base, -8));
    word(amo(0x02, width, 3, aligned, 0) | ordering(ACQUIRE));
    word(add(4, any(), any()));
    word(amo(0x03, width, destination(), aligned, any()) | ordering(RELEASE));
  }

  /** No order, this one, or both: what LR and SC may have. */
  private int ordering(int one) {
    return new int[] {0, one, ACQUIRE | RELEASE}[random.nextInt(3)];
  }

  private void jump() {
    // everything that can follow is at most 16 bytes long: eight halfwords of padding catch the
    // last jumps
    switch (random.nextInt(6)) {
      case 0 -> {
        word(jal(destination(), 8));
        word(addi(destination(), any(), 1));
      }
      case 1 -> {
        int scratch = 1 + random.nextInt(1);
        word(auipc(scratch, 0));
        word(jalr(destination(), scratch, 12 + random.nextInt(2)));
        word(addi(destination(), any(), 2));
      }
      case 2 -> {
        word(b(new int[] {0, 1, 4, 5, 6, 7}[random.nextInt(6)], any(), any(), 6));
        half(0x0001);
      }
      case 3 -> {
        int branch = random.nextBoolean() ? C_BEQZ_6 : C_BNEZ_6;
        half(random.nextInt(3) == 0 ? C_J_6 : branch | random.nextInt(8) << 7);
        word(addi(destination(), any(), 4));
      }
      case 4 -> {
        word(auipc(1, 0));
        word(addi(1, 1, 14));
        half(random.nextBoolean() ? C_JR_X1 : C_JALR_X1);
        word(addi(destination(), any(), 5));
      }
      default -> {
        word(b(new int[] {0, 1, 4, 5, 6, 7}[random.nextInt(6)], any(), any(), 8));
        word(addi(destination(), any(), 3));
      }
    }
  }

  private void csr() {
    if (random.nextInt(3) == 0) {
      status(destination());
      return;
    }
    int csr =
        random.nextInt(6) == 0
            ? ABSENT_CSRS[random.nextInt(ABSENT_CSRS.length)]
            : SAFE_CSRS[random.nextInt(SAFE_CSRS.length)];
    int funct3 = new int[] {1, 2, 3, 5, 6, 7}[random.nextInt(6)];
    word(i(0x73, funct3, destination(), any(), csr));
  }

  /** Sets or clears SUM, MXR or FS only: the reference machine has a writable UXL. */
  private void status(int register) {
    word(lui(register, new int[] {1 << 18, 1 << 19, 3 << 13}[random.nextInt(3)]));
    word(i(0x73, 2 + random.nextInt(2), destination(), register, 0x100));
  }

  private void odd() {
    switch (random.nextInt(8)) {
      case 0 -> word(ecall());
      case 1 -> word(ebreak());
      case 2 -> word(0x0ff0_000f);
      case 3 -> word(0x0000_100f);
      case 4 -> word(sfenceVma());
      case 5 -> half(random.nextBoolean() ? C_EBREAK : C_UNIMP);
      case 6 -> {
        half(C_ADDI16SP_16);
        half(C_ADDI16SP_MINUS_16);
      }
      default -> illegal();
    }
  }

  private void illegal() {
    while (true) {
      int encoding = random.nextInt() | 3;
      if (SlotLayout.opcode(Decoder.decode(encoding)) == Opcode.ILLEGAL) {
        word(encoding);
        return;
      }
    }
  }
}
