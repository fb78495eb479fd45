package dev.vls.vmm.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.OutsideTools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What {@code riscv64-linux-gnu-objdump} makes of code: a second opinion of the decoders. */
public final class Disassembler {
  private static final String TOOL = "riscv64-linux-gnu-objdump";
  private static final List<String> RAW = List.of("-D", "-z", "-b", "binary", "-m", "riscv:rv64");
  private static final List<String> PROGRAM = List.of("-d", "-z");

  private Disassembler() {}

  /**
   * An instruction as it is printed, aliases left out.
   *
   * @param mnemonic with "c." if it is compressed
   * @param operands numbers, registers, "4(sp)"; addresses without what is at them
   */
  public record Line(
      long address, int encoding, int bytes, String mnemonic, List<String> operands) {
    /** Returns the mnemonic without what an atomic operation says about order. */
    public String operation() {
      return mnemonic.replaceAll("\\.(aq|rl|aqrl)$", "");
    }
  }

  /** Skips {@code test} where there is no disassembler. */
  public static void require(Class<?> test) {
    OutsideTools.require(test, TOOL);
  }

  /** Disassembles a file that is nothing but code, as if it were loaded at 0. */
  public static void raw(Path file, Consumer<Line> each) throws IOException, InterruptedException {
    run(RAW, file, each);
  }

  /** Disassembles the code in an ELF file. */
  public static void program(Path file, Consumer<Line> each)
      throws IOException, InterruptedException {
    run(PROGRAM, file, each);
  }

  private static void run(List<String> options, Path file, Consumer<Line> each)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(TOOL, "-M", "no-aliases"));
    words.addAll(options);
    words.add(file.toString());
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("\t", -1);
        if (columns.length >= 3 && columns[0].endsWith(":")) {
          each.accept(line(columns));
        }
      }
    }
    assertEquals(0, process.waitFor());
  }

  private static Line line(String[] columns) {
    String code = columns[1].strip();
    String operands = columns.length > 3 ? columns[3].replaceFirst("\\s*[#<].*", "") : "";
    return new Line(
        Long.parseUnsignedLong(columns[0].strip().replace(":", ""), 16),
        Integer.parseUnsignedInt(code, 16),
        code.length() / 2,
        columns[2].strip().split(" ", 2)[0],
        Stream.of(operands.split(",", -1)).filter(each -> !each.isEmpty()).toList());
  }
}
