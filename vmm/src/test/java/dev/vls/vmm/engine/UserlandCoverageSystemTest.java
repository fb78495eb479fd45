package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.StockFiles;
import dev.vls.vmm.isa.Disassembler;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Each instruction that Debian's userland has, atomics with each order, is among those of the
 * random programs that {@link QemuDifferentialTest} runs beside QEMU and {@link LockstepSystemTest}
 * in both engines.
 */
class UserlandCoverageSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20261127L);

  /** As many as one run of the tests has. */
  private static final int PROGRAMS = 1200;

  /** Marks instructions of more than 32 bits, of which there are none. */
  private static final int LONGER = 0x1f;

  @Test
  void shouldHaveEachInstructionOfTheUserlandInRandomPrograms() throws Exception {
    Disassembler.require(UserlandCoverageSystemTest.class);
    StockFiles linux = StockFiles.fetch(UserlandCoverageSystemTest.class);
    Set<String> wanted = new TreeSet<>();
    Disassembler.program(linux.folder().resolve("busybox"), line -> wanted.add(line.mnemonic()));
    assertTrue(wanted.size() > 130, wanted::toString);
    wanted.removeAll(generated());
    assertEquals(Set.of(), wanted, "seed " + SEED);
  }

  private static Set<String> generated() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    ByteArrayOutputStream halves = new ByteArrayOutputStream();
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    for (int i = 0; i < PROGRAMS; i++) {
      byte[] code = new RandomProgram(random.nextLong(), DifferentialImage.PROGRAMS).code();
      int bytes;
      for (int at = 0; at < code.length; at += bytes) {
        bytes = (code[at] & 3) == 3 ? 4 : 2;
        if ((code[at] & LONGER) != LONGER) {
          (bytes == 2 ? halves : words).write(code, at, bytes);
        }
      }
    }
    Path folder = Files.createDirectories(Path.of("target", "decoder"));
    Path file = folder.resolve("programs.bin");
    Set<String> mnemonics = new TreeSet<>();
    for (ByteArrayOutputStream code : List.of(halves, words)) {
      Files.write(file, code.toByteArray());
      Disassembler.raw(file, line -> mnemonics.add(line.mnemonic()));
    }
    return mnemonics;
  }
}
