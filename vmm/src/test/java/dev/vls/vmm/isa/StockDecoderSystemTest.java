package dev.vls.vmm.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.StockFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Debian's userland and kernel, instruction by instruction: what the disassembler reads is what the
 * decoders read, operands included.
 */
class StockDecoderSystemTest {
  /** What is no instruction of any kind: the decoders have to refuse it. */
  private static final String DATA = "\\.[248]byte|c\\.unimp|unimp";

  /** The disassembler does not know it: it is a fence to it. */
  private static final int PAUSE = 0x0100_000f;

  private static StockFiles linux;

  @BeforeAll
  static void prepare() throws Exception {
    Disassembler.require(StockDecoderSystemTest.class);
    linux = StockFiles.fetch(StockDecoderSystemTest.class);
  }

  /** Looks at lines and counts them by mnemonic. */
  private static final class Check {
    final Map<String, Integer> seen = new TreeMap<>();
    final List<String> wrong = new ArrayList<>();

    void look(Disassembler.Line line) {
      long slot =
          line.bytes() == 2
              ? CompressedDecoder.decode(line.encoding())
              : Decoder.decode(line.encoding());
      String difference;
      if (line.mnemonic().matches(DATA)) {
        difference = SlotLayout.opcode(slot) == Opcode.ILLEGAL ? "" : " it is refused";
      } else {
        String operation = line.encoding() == PAUSE ? "pause" : line.operation();
        seen.merge(operation, 1, Integer::sum);
        Spelling spelling = Spelling.of(operation);
        difference = spelling == null ? " unknown" : spelling.difference(line, slot);
      }
      if (!difference.isEmpty()) {
        wrong.add("%s:%s".formatted(line, difference));
      }
    }

    void finish(String what, int distinct) {
      assertEquals(List.of(), wrong.subList(0, Math.min(wrong.size(), 20)), what);
      assertTrue(seen.size() >= distinct, () -> what + " has only " + seen.keySet());
      int lines = seen.values().stream().mapToInt(Integer::intValue).sum();
      System.out.printf(
          "StockDecoderSystemTest: %s: %,d instructions, %d mnemonics%n", what, lines, seen.size());
    }
  }

  @Test
  void shouldReadTheUserlandAsTheDisassemblerDoes() throws Exception {
    Check check = new Check();
    Disassembler.program(linux.folder().resolve("busybox"), check::look);
    check.finish("busybox", 120);
  }

  @Test
  void shouldReadTheKernelAsTheDisassemblerDoes() throws Exception {
    Check check = new Check();
    Disassembler.raw(code(linux.read("vmlinux")), check::look);
    check.finish("the kernel", 100);
  }

  /** Returns a file with the section ".text" of an Image, which is a PE file too. */
  private static Path code(byte[] kernel) throws Exception {
    ByteBuffer image = ByteBuffer.wrap(kernel).order(ByteOrder.LITTLE_ENDIAN);
    int header = image.getInt(60);
    int section = header + 24 + image.getShort(header + 20);
    assertEquals(".text", new String(kernel, section, 5, StandardCharsets.US_ASCII));
    int bytes = image.getInt(section + 16);
    int start = image.getInt(section + 20);
    Path folder = Files.createDirectories(Path.of("target", "decoder"));
    return Files.write(
        folder.resolve("kernel.bin"), Arrays.copyOfRange(kernel, start, start + bytes));
  }
}
