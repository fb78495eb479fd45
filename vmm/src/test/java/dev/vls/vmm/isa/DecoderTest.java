package dev.vls.vmm.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What is an instruction and what is not: all compressed encodings and many random words against
 * {@code riscv64-linux-gnu-objdump}.
 */
class DecoderTest {
  private static final long SEED = Long.getLong("vls.seed", 4711L);
  private static final int WORDS = 60_000;
  private static final int[] MAJOR = {
    0x03, 0x07, 0x0f, 0x13, 0x17, 0x1b, 0x23, 0x27, 0x2f, 0x33, 0x37, 0x3b, 0x43, 0x47, 0x4b, 0x4f,
    0x53, 0x63, 0x67, 0x6f, 0x73
  };

  /** Mnemonics of RV64IMAFD_Zicsr_Zifencei; the disassembler knows more extensions than we have. */
  private static final Set<String> KNOWN =
      Set.of(
          ("lui auipc jal jalr beq bne blt bge bltu bgeu lb lh lw ld lbu lhu lwu sb sh sw sd addi"
               + " slti sltiu xori ori andi slli srli srai add sub sll slt sltu xor srl sra or and"
               + " addiw slliw srliw sraiw addw subw sllw srlw sraw mul mulh mulhsu mulhu div divu"
               + " rem remu mulw divw divuw remw remuw fld fsd flw fsw fence fence.i fence.tso"
               + " pause ecall ebreak sret mret wfi sfence.vma csrrw csrrs csrrc csrrwi csrrsi"
               + " csrrci")
              .split(" ", -1));

  @Test
  void shouldExpandToTheirBaseFormWhenCompressedEncodingsAreKnown() {
    assertEquals(base(Asm.addi(8, 2, 1020)), expanded(0x1fe0));
    assertEquals(base(Asm.ld(9, 10, 248)), expanded(0x7d64));
    assertEquals(base(Asm.addi(2, 2, -512)), expanded(0x7101));
    assertEquals(base(Asm.lui(1, -4096)), expanded(0x70fd));
    assertEquals(base(Asm.jal(0, -2)), expanded(0xbffd));
    assertEquals(base(Asm.beq(8, 0, -2)), expanded(0xdc7d));
    assertEquals(base(Asm.jalr(1, 5, 0)), expanded(0x9282));
    assertEquals(base(Asm.sd(31, 2, 504)), expanded(0xfffe));
    assertEquals(Opcode.EBREAK, decode(0x9002));
    for (int reserved :
        new int[] {0, 0x8000, 0x2001, 0x6101, 0x6081, 0x9c41, 0x9c61, 0x4002, 0x6002, 0x8002}) {
      assertEquals(Opcode.ILLEGAL, decode(reserved), Integer.toHexString(reserved));
    }
  }

  private static String base(int word) {
    return fields(Decoder.decode(word));
  }

  private static String expanded(int half) {
    return fields(decode(half));
  }

  /** The fields that the operation reads; rd only where it has one. */
  private static String fields(long slot) {
    int opcode = SlotLayout.opcode(slot);
    boolean writes =
        opcode < Opcode.BEQ || (opcode > Opcode.BGEU && opcode < Opcode.SB) || opcode > Opcode.SD;
    return "opcode %d rd %d rs1 %d rs2 %d immediate %d"
        .formatted(
            opcode,
            writes ? SlotLayout.rd(slot) : 0,
            SlotLayout.rs1(slot),
            SlotLayout.rs2(slot),
            SlotLayout.immediate(slot));
  }

  private static long decode(int half) {
    return CompressedDecoder.decode(half);
  }

  @Test
  void shouldAgreeWithTheDisassemblerWhenAllCompressedEncodingsAreDecoded() throws Exception {
    List<Integer> encodings = new ArrayList<>();
    for (int half = 0; half < 1 << 16; half++) {
      if ((half & 3) != 3) {
        encodings.add(half);
      }
    }
    List<String> mnemonics = disassemble(encodings, 2);
    StringBuilder wrong = new StringBuilder();
    for (int i = 0; i < encodings.size(); i++) {
      boolean theirs = mnemonics.get(i).startsWith("c.") && !mnemonics.get(i).equals("c.unimp");
      boolean ours = SlotLayout.opcode(decode(encodings.get(i))) != Opcode.ILLEGAL;
      // the disassembler does not know that an adjustment of sp by 0 is reserved
      if (ours != theirs && encodings.get(i) != 0x6101) {
        wrong.append("%04x %s%n".formatted(encodings.get(i), mnemonics.get(i)));
      }
    }
    assertEquals("", wrong.toString());
  }

  @Test
  void shouldAgreeWithTheDisassemblerWhenRandomWordsAreDecoded() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Integer> encodings = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      encodings.add(word(random));
    }
    List<String> mnemonics = disassemble(encodings, 4);
    StringBuilder wrong = new StringBuilder("seed " + SEED + "\n");
    int header = wrong.length();
    for (int i = 0; i < encodings.size(); i++) {
      int encoding = encodings.get(i);
      if (excluded(encoding)) {
        continue;
      }
      boolean ours = SlotLayout.opcode(Decoder.decode(encoding)) != Opcode.ILLEGAL;
      if (ours != known(mnemonics.get(i))) {
        wrong.append("%08x %s%n".formatted(encoding, mnemonics.get(i)));
      }
    }
    assertEquals(header, wrong.length(), wrong.toString());
  }

  /**
   * Where the disassembler differs from the spec on reserved encodings: fences with odd fields,
   * reserved rounding modes, and rounding modes of conversions that are exact.
   */
  private static boolean excluded(int encoding) {
    int major = encoding & 0x7f;
    int funct3 = encoding >>> 12 & 7;
    int funct7 = encoding >>> 25;
    boolean rounds = major == 0x53 || (major >= 0x43 && major <= 0x4f);
    boolean exact = major == 0x53 && (funct7 == 0x21 || funct7 == 0x69) && funct3 != 0;
    return major == 0x0f || (rounds && (funct3 == 5 || funct3 == 6)) || exact;
  }

  private static int word(SplittableRandom random) {
    int word = random.nextInt() & ~0x7f | MAJOR[random.nextInt(MAJOR.length)];
    // half of them near something: few bits in funct7 and rs2
    if (random.nextBoolean()) {
      word &= 0x01ff_ffff;
      word |=
          new int[] {0, 1, 0x20, 0x21, 0x50, 0x60, 0x70, 0x78, 4, 8, 9, 0x0c, 0x2c, 0x10, 0x14}
                  [random.nextInt(15)]
              << 25;
    }
    return random.nextInt(4) == 0 ? word & ~0x01f0_0000 : word;
  }

  private static boolean known(String mnemonic) {
    String plain = mnemonic.replaceAll("\\.(aq|rl|aqrl)$", "");
    return KNOWN.contains(plain)
        || plain.matches("(lr|sc|amo(swap|add|xor|and|or|min|max|minu|maxu))\\.[wd]")
        || plain.matches(
            "f(n?m(add|sub)|add|sub|mul|div|sqrt|sgnj[nx]?|min|max|eq|lt|le|class)\\.[sd]")
        || plain.matches("fcvt\\.([sd]|wu?|lu?)\\.([sd]|wu?|lu?)|fmv\\.(x\\.[wd]|[wd]\\.x)");
  }

  private static List<String> disassemble(List<Integer> encodings, int bytes) throws Exception {
    Disassembler.require(DecoderTest.class);
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int encoding : encodings) {
      for (int i = 0; i < bytes; i++) {
        code.write(encoding >>> 8 * i);
      }
    }
    Path directory = Files.createDirectories(Path.of("target", "decoder"));
    Path input = Files.write(directory.resolve("code" + bytes + ".bin"), code.toByteArray());
    List<String> mnemonics = new ArrayList<>();
    Disassembler.raw(input, line -> mnemonics.add(line.mnemonic()));
    assertEquals(encodings.size(), mnemonics.size());
    return mnemonics;
  }
}
