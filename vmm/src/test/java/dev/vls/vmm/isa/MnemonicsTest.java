package dev.vls.vmm.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What is written of an instruction is read as the disassembler's lines are, and gives the
 * instruction again.
 */
class MnemonicsTest {
  private static final long SEED = Long.getLong("vls.seed", 20261127L);
  private static final int ENCODINGS = 400_000;
  private static final long PC = 0x8000_0000L;

  @Test
  void shouldWriteWhatReadsAsTheInstructionWhenEncodingsAreRandom() {
    SplittableRandom random = new SplittableRandom(SEED);
    Set<Integer> seen = new TreeSet<>();
    for (int i = 0; i < ENCODINGS; i++) {
      int encoding = encoding(random);
      long slot = Decoder.decode(encoding);
      if (SlotLayout.opcode(slot) != Opcode.ILLEGAL) {
        seen.add(SlotLayout.opcode(slot));
        check(slot, encoding);
      }
    }
    assertTrue(seen.size() > 150, () -> "hardly anything was decoded: " + seen);
  }

  @Test
  void shouldWriteWhatReadsAsTheInstructionWhenItIsOneOfASingleEncoding() {
    for (int encoding : new int[] {0x73, 0x10_0073, 0x1020_0073, 0x3020_0073, 0x1050_0073}) {
      check(Decoder.decode(encoding), encoding);
    }
    assertEquals("pause", Mnemonics.of(Decoder.decode(0x0100_000f), PC));
  }

  @Test
  void shouldUseTheNamesOfTheSpecWhenInstructionsAreKnown() {
    assertEquals("addi a0,a0,-1", Mnemonics.of(Decoder.decode(Asm.addi(10, 10, -1)), PC));
    assertEquals("bne t1,zero,0x7ffffffc", Mnemonics.of(Decoder.decode(Asm.bne(6, 0, -4)), PC));
    assertEquals("sd ra,8(sp)", Mnemonics.of(CompressedDecoder.decode(0xe406), PC));
  }

  @Test
  void shouldWriteSomethingWhenItIsNoInstruction() {
    for (int opcode = 0; opcode < 256; opcode++) {
      assertTrue(!Mnemonics.of(-1L << 8 | opcode, PC).isEmpty());
    }
    assertEquals("illegal", Mnemonics.of(Opcode.ILLEGAL, PC));
  }

  /** Anything, or near something: few bits in funct7 and rs2, or an FP operation. */
  private static int encoding(SplittableRandom random) {
    int any = random.nextInt() | 3;
    return switch (random.nextInt(5)) {
      case 0 -> any & 0x0e0f_ffff;
      case 1 -> any & 0xf00f_ffff;
      case 2 -> any & 0xfe3f_ff80 | 0x53;
      case 3 -> any & 0x01ff_8000 | 0x1200_0073;
      default -> any;
    };
  }

  private static void check(long slot, int encoding) {
    String text = Mnemonics.of(slot, PC);
    String[] words = text.split("[ ,]", -1);
    Disassembler.Line line =
        new Disassembler.Line(
            PC, encoding, 4, words[0], Arrays.asList(words).subList(1, words.length));
    Spelling spelling = Spelling.of(line.operation());
    assertTrue(spelling != null, () -> text + ": no such operation; seed " + SEED);
    assertEquals("", spelling.difference(line, slot), () -> text + "; seed " + SEED);
  }
}
