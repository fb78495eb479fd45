package dev.vls.vmm.isa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small assembler for tests: 32-bit encodings as ints, labels for jumps within one program. */
public final class Asm {
  public static final int RA = 1;
  public static final int SP = 2;
  public static final int T0 = 5;
  public static final int T1 = 6;
  public static final int T2 = 7;
  public static final int A0 = 10;
  public static final int A1 = 11;
  public static final int A2 = 12;
  public static final int A3 = 13;

  private record Fixup(int index, String label) {}

  private final long base;
  private final List<Integer> words = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Fixup> fixups = new ArrayList<>();

  /** Assembles for {@code base}. */
  public Asm(long base) {
    this.base = base;
  }

  public long here() {
    return base + 4L * words.size();
  }

  public Asm label(String name) {
    labels.put(name, words.size());
    return this;
  }

  public long address(String label) {
    return base + 4L * labels.get(label);
  }

  public Asm emit(int... encodings) {
    for (int encoding : encodings) {
      words.add(encoding);
    }
    return this;
  }

  /** Emits a branch or jump whose offset is filled in from {@code label}. */
  public Asm to(String label, int encoding) {
    fixups.add(new Fixup(words.size(), label));
    return emit(encoding);
  }

  public Asm j(String label) {
    return to(label, jal(0, 0));
  }

  public int[] words() {
    int[] result = words.stream().mapToInt(Integer::intValue).toArray();
    for (Fixup fixup : fixups) {
      int offset = 4 * (labels.get(fixup.label()) - fixup.index());
      boolean jump = (result[fixup.index()] & 0x7f) == 0x6f;
      result[fixup.index()] |= jump ? jumpBits(offset) : branchBits(offset);
    }
    return result;
  }

  /** Loads any constant in up to eight instructions. */
  public Asm li(int rd, long value) {
    if (value << 52 >> 52 == value) {
      return emit(addi(rd, 0, (int) value));
    }
    int low = (int) (value << 52 >> 52);
    long rest = value - low;
    if ((int) value == value) {
      emit(lui(rd, (int) rest));
      return low == 0 ? this : emit(addiw(rd, rd, low));
    }
    int shift = Long.numberOfTrailingZeros(rest);
    li(rd, rest >> shift).emit(slli(rd, rd, shift));
    return low == 0 ? this : emit(addi(rd, rd, low));
  }

  public static int r(int opcode, int funct3, int funct7, int rd, int rs1, int rs2) {
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
  }

  public static int i(int opcode, int funct3, int rd, int rs1, int immediate) {
    return immediate << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
  }

  public static int s(int opcode, int funct3, int rs1, int rs2, int immediate) {
    return (immediate >> 5) << 25
        | rs2 << 20
        | rs1 << 15
        | funct3 << 12
        | (immediate & 31) << 7
        | opcode;
  }

  public static int b(int funct3, int rs1, int rs2, int offset) {
    return rs2 << 20 | rs1 << 15 | funct3 << 12 | 0x63 | branchBits(offset);
  }

  private static int branchBits(int offset) {
    return (offset >> 12 & 1) << 31
        | (offset >> 5 & 63) << 25
        | (offset >> 1 & 15) << 8
        | (offset >> 11 & 1) << 7;
  }

  private static int jumpBits(int offset) {
    return (offset >> 20 & 1) << 31
        | (offset >> 1 & 1023) << 21
        | (offset >> 11 & 1) << 20
        | (offset >> 12 & 255) << 12;
  }

  public static int lui(int rd, int value) {
    return (value & 0xffff_f000) | rd << 7 | 0x37;
  }

  public static int auipc(int rd, int value) {
    return (value & 0xffff_f000) | rd << 7 | 0x17;
  }

  public static int jal(int rd, int offset) {
    return jumpBits(offset) | rd << 7 | 0x6f;
  }

  public static int jalr(int rd, int rs1, int offset) {
    return i(0x67, 0, rd, rs1, offset);
  }

  public static int beq(int rs1, int rs2, int offset) {
    return b(0, rs1, rs2, offset);
  }

  public static int bne(int rs1, int rs2, int offset) {
    return b(1, rs1, rs2, offset);
  }

  public static int bltu(int rs1, int rs2, int offset) {
    return b(6, rs1, rs2, offset);
  }

  public static int bgeu(int rs1, int rs2, int offset) {
    return b(7, rs1, rs2, offset);
  }

  public static int addi(int rd, int rs1, int immediate) {
    return i(0x13, 0, rd, rs1, immediate);
  }

  public static int addiw(int rd, int rs1, int immediate) {
    return i(0x1b, 0, rd, rs1, immediate);
  }

  public static int andi(int rd, int rs1, int immediate) {
    return i(0x13, 7, rd, rs1, immediate);
  }

  public static int slli(int rd, int rs1, int shift) {
    return i(0x13, 1, rd, rs1, shift);
  }

  public static int srli(int rd, int rs1, int shift) {
    return i(0x13, 5, rd, rs1, shift);
  }

  public static int add(int rd, int rs1, int rs2) {
    return r(0x33, 0, 0, rd, rs1, rs2);
  }

  public static int xor(int rd, int rs1, int rs2) {
    return r(0x33, 4, 0, rd, rs1, rs2);
  }

  public static int mul(int rd, int rs1, int rs2) {
    return r(0x33, 0, 1, rd, rs1, rs2);
  }

  public static int lbu(int rd, int rs1, int offset) {
    return i(0x03, 4, rd, rs1, offset);
  }

  public static int lhu(int rd, int rs1, int offset) {
    return i(0x03, 5, rd, rs1, offset);
  }

  public static int lw(int rd, int rs1, int offset) {
    return i(0x03, 2, rd, rs1, offset);
  }

  public static int ld(int rd, int rs1, int offset) {
    return i(0x03, 3, rd, rs1, offset);
  }

  public static int sb(int rs2, int rs1, int offset) {
    return s(0x23, 0, rs1, rs2, offset);
  }

  public static int sh(int rs2, int rs1, int offset) {
    return s(0x23, 1, rs1, rs2, offset);
  }

  public static int sw(int rs2, int rs1, int offset) {
    return s(0x23, 2, rs1, rs2, offset);
  }

  public static int sd(int rs2, int rs1, int offset) {
    return s(0x23, 3, rs1, rs2, offset);
  }

  public static int fld(int rd, int rs1, int offset) {
    return i(0x07, 3, rd, rs1, offset);
  }

  public static int fsd(int rs2, int rs1, int offset) {
    return s(0x27, 3, rs1, rs2, offset);
  }

  public static int csrrw(int rd, int csr, int rs1) {
    return i(0x73, 1, rd, rs1, csr);
  }

  public static int csrrs(int rd, int csr, int rs1) {
    return i(0x73, 2, rd, rs1, csr);
  }

  public static int csrrc(int rd, int csr, int rs1) {
    return i(0x73, 3, rd, rs1, csr);
  }

  public static int csrrwi(int rd, int csr, int value) {
    return i(0x73, 5, rd, value, csr);
  }

  public static int csrrsi(int rd, int csr, int value) {
    return i(0x73, 6, rd, value, csr);
  }

  public static int csrrci(int rd, int csr, int value) {
    return i(0x73, 7, rd, value, csr);
  }

  public static int amo(int funct5, int width, int rd, int rs1, int rs2) {
    return r(0x2f, width == 8 ? 3 : 2, funct5 << 2, rd, rs1, rs2);
  }

  public static int ecall() {
    return 0x73;
  }

  public static int ebreak() {
    return 0x0010_0073;
  }

  public static int sret() {
    return 0x1020_0073;
  }

  public static int mret() {
    return 0x3020_0073;
  }

  public static int wfi() {
    return 0x1050_0073;
  }

  public static int sfenceVma() {
    return 0x1200_0073;
  }

  public static int nop() {
    return addi(0, 0, 0);
  }
}
