package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.OutsideTools;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Pending, enabled and delegated interrupts, their priority, vectors and nesting, and who may read
 * counters: random cases in the interpreter, in translators that stop at random steps, and on stock
 * {@code qemu-system-riscv64}.
 */
class InterruptSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20261127L);
  private static final int BATCHES = Boolean.getBoolean("vls.long") ? 100 : 3;
  private static final int CASES = 1000;

  /** Passes over the same cases: at their second one they are translated, then run. */
  private static final int PASSES = 4;

  private static final int MAX_BUDGET = 3_000;

  @Test
  void shouldAgreeAtEveryStopWhenTranslated() {
    for (int batch = 0; batch < BATCHES; batch++) {
      SplittableRandom random = new SplittableRandom(SEED + batch);
      for (InterruptImage.Timer timer : InterruptImage.Timer.values()) {
        byte[] image = new InterruptImage(random.nextLong(), CASES, timer).bytes();
        EngineSide reference = new EngineSide(image, Interpreter::new);
        EngineSide tested = new EngineSide(image, Engines.stressed(random.split()));
        for (int pass = 0; pass < PASSES; pass++) {
          EngineSide.agree(reference, tested, random, MAX_BUDGET, "seed " + (SEED + batch));
        }
        checkVariety(reference.ram());
        assertTrue(tested.translated() > 10_000, () -> "only " + tested.translated());
      }
    }
  }

  @Test
  void shouldAgreeWithTheEmulator() throws Exception {
    OutsideTools.require(InterruptSystemTest.class, QemuDifferentialTest.EMULATOR);
    String priorities = priorities();
    Path directory = Files.createDirectories(Path.of("target", "interrupts"));
    for (int batch = 0; batch < BATCHES; batch++) {
      long seed = SEED + batch;
      byte[] image = new InterruptImage(seed, CASES, InterruptImage.Timer.NONE).bytes();
      byte[] ours = QemuDifferentialTest.interpreted(image);
      compare(seed, QemuDifferentialTest.emulated(directory, image, priorities), ours);
      checkVariety(ours);
    }
  }

  /**
   * Returns what makes the emulator choose by the specification among interrupts for M-mode;
   * without it takes the lowest number.
   */
  private static String priorities() throws Exception {
    for (String prefix : new String[] {"", "x-"}) {
      if (QemuDifferentialTest.hasFeature(prefix + "smaia")) {
        return ",%ssmaia=on,%sssaia=on".formatted(prefix, prefix);
      }
    }
    OutsideTools.skip(InterruptSystemTest.class, "the emulator has no Smaia");
    return "";
  }

  private static void compare(long seed, byte[] theirs, byte[] ours) {
    for (long log : new long[] {InterruptImage.MACHINE_LOG, InterruptImage.SUPERVISOR_LOG}) {
      for (int at = offset(log, 0); at < offset(log, 1 << 16); at += InterruptImage.ENTRY_BYTES) {
        String expected = entry(theirs, at);
        if (!expected.equals(entry(ours, at))) {
          fail(
              "image seed %d, log %x, entry %d: cause epc status ip ie slot and more: theirs, ours, and the ones before%n%s%n%s%n%s"
                  .formatted(
                      seed,
                      log,
                      (at - offset(log, 0)) / InterruptImage.ENTRY_BYTES,
                      expected,
                      entry(ours, at),
                      entry(ours, at - InterruptImage.ENTRY_BYTES)));
        }
      }
    }
  }

  private static String entry(byte[] ram, int at) {
    ByteBuffer words = ByteBuffer.wrap(ram).order(ByteOrder.LITTLE_ENDIAN);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < InterruptImage.ENTRY_BYTES; i += 8) {
      text.append(HexFormat.of().toHexDigits(words.getLong(at + i))).append(' ');
    }
    return text.toString();
  }

  private static int offset(long log, int entry) {
    return (int) (log - DifferentialImage.RAM) + entry * InterruptImage.ENTRY_BYTES;
  }

  /** Each interrupt was taken in each mode that it can go to, and reads were refused. */
  private static void checkVariety(byte[] ram) {
    assertEquals(
        Set.of(2L, 8L, 9L, 11L, bit(1), bit(3), bit(5), bit(7), bit(9)),
        causes(ram, InterruptImage.MACHINE_LOG));
    assertEquals(Set.of(bit(1), bit(5), bit(9)), causes(ram, InterruptImage.SUPERVISOR_LOG));
  }

  private static Set<Long> causes(byte[] ram, long log) {
    ByteBuffer words = ByteBuffer.wrap(ram).order(ByteOrder.LITTLE_ENDIAN);
    Set<Long> causes = new TreeSet<>();
    int entry = 0;
    while (words.getLong(offset(log, entry) + 8) != 0) {
      causes.add(words.getLong(offset(log, entry)));
      entry++;
    }
    assertTrue(entry > CASES / 10, "only " + entry + " entries");
    return causes;
  }

  private static long bit(int interrupt) {
    return Long.MIN_VALUE | interrupt;
  }
}
