package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.StateSink;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.jit.Translator;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Random programs of all instructions, modes and page tables, in the interpreter and in translators
 * of random shape, which stop at the same random steps: all state is equal at each.
 */
class LockstepSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20261126L);
  private static final int BATCHES = Boolean.getBoolean("vls.long") ? 400 : 4;
  private static final int PROGRAMS = 300;

  /** Passes over the same programs: interpreted, translated at their second one, then run. */
  private static final int PASSES = 4;

  private static final int MAX_BUDGET = 50_000;

  @Test
  void shouldAgreeAtEveryStopWhenRandomProgramsRunTranslated() {
    long translated = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      SplittableRandom random = new SplittableRandom(SEED + batch);
      DifferentialImage image = new DifferentialImage(random.nextLong(), PROGRAMS);
      Side reference = new Side(image, Interpreter::new);
      Side tested = new Side(image, Engines.stressed(random.split()));
      for (int pass = 0; pass < PASSES; pass++) {
        reference.start();
        tested.start();
        while (!reference.done) {
          long budget = 1L + random.nextInt(MAX_BUDGET);
          assertEquals(reference.run(budget), tested.run(budget));
          assertEquals(reference.hartState(), tested.hartState(), "seed " + (SEED + batch));
        }
        assertTrue(tested.done);
        assertEquals(-1, Arrays.mismatch(reference.ram(), tested.ram()), "seed " + (SEED + batch));
      }
      translated += ((Translator) tested.engine).counters().translated();
    }
    assertTrue(translated > 100_000, () -> "hardly anything was translated");
  }

  /** One machine with the programs in it. */
  private static final class Side {
    private final DifferentialImage image;
    private final GuestMemory memory = new GuestMemory(DifferentialImage.RAM_BYTES, 1);
    private final Hart hart;
    private final Engine engine;
    private boolean done;

    Side(DifferentialImage image, Function<GuestMemory, Engine> engines) {
      this.image = image;
      MmioBus bus = new MmioBus();
      TimeBase time = new TimeBase(memory, TimeBase.rateFor(1_000_000_000));
      hart = new Hart(0, memory, bus, time, Firmware.MACHINE_FIRMWARE);
      bus.attach(0x10_0000, 0x1000, new PowerSwitch(() -> done = true, hart));
      engine = engines.apply(memory);
    }

    /** Puts memory back to the beginning; what is the same is left alone, code above all. */
    void start() {
      byte[] bytes = new byte[GuestMemory.FRAME_BYTES];
      byte[] now = new byte[GuestMemory.FRAME_BYTES];
      for (int frame = 0; frame < memory.ramFrames(); frame++) {
        int at = frame * GuestMemory.FRAME_BYTES;
        Arrays.fill(bytes, (byte) 0);
        if (at < image.bytes().length) {
          System.arraycopy(image.bytes(), at, bytes, 0, bytes.length);
        }
        memory.read(frame, 0, now, 0, now.length);
        if (!Arrays.equals(bytes, now)) {
          memory.write(frame, 0, bytes, 0, bytes.length);
        }
      }
      done = false;
      hart.start(DifferentialImage.RAM, 0, 0);
    }

    Stop run(long budget) {
      return engine.run(hart, budget);
    }

    List<Long> hartState() {
      List<Long> words = new ArrayList<>();
      hart.save(
          new StateSink() {
            @Override
            public void word(long value) {
              words.add(value);
            }

            @Override
            public void bytes(byte[] source, int offset, int length) {
              throw new AssertionError("a hart has no bytes");
            }
          });
      return words;
    }

    byte[] ram() {
      byte[] all = new byte[DifferentialImage.RAM_BYTES];
      for (int frame = 0; frame < memory.ramFrames(); frame++) {
        memory.read(frame, 0, all, frame * GuestMemory.FRAME_BYTES, GuestMemory.FRAME_BYTES);
      }
      return all;
    }
  }
}
