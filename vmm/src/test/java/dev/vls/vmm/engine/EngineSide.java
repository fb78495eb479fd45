package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.StateWords;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A bare machine with an image of test programs in it. */
final class EngineSide {
  private final byte[] image;
  private final GuestMemory memory = new GuestMemory(DifferentialImage.RAM_BYTES, 1);
  private final Hart hart;
  private final Engine engine;
  private boolean done;

  EngineSide(byte[] image, Function<GuestMemory, Engine> engines) {
    this.image = image;
    MmioBus bus = new MmioBus();
    TimeBase time = new TimeBase(memory, TimeBase.rateFor(1_000_000_000));
    hart = new Hart(0, memory, bus, time, Firmware.MACHINE_FIRMWARE);
    bus.attach(0x10_0000, 0x1000, new PowerSwitch(() -> done = true, hart));
    bus.attach(MachineLines.BASE, MachineLines.BYTES, new MachineLines(hart));
    engine = engines.apply(memory);
  }

  /**
   * Runs both from their beginning to their end, stops them at the same random steps, and compares
   * all state at each and memory at the end.
   */
  static void agree(
      EngineSide reference,
      EngineSide tested,
      SplittableRandom random,
      int maxBudget,
      String seed) {
    reference.start();
    tested.start();
    while (!reference.done) {
      long budget = 1L + random.nextInt(maxBudget);
      assertEquals(reference.run(budget), tested.run(budget), seed);
      assertEquals(StateWords.of(reference.hart), StateWords.of(tested.hart), seed);
    }
    assertTrue(tested.done, seed);
    assertEquals(-1, Arrays.mismatch(reference.ram(), tested.ram()), seed);
  }

  /** Returns how many steps a translator has done in code that it made. */
  long translated() {
    return ((StressedEngine) engine).counters().translated();
  }

  /** Puts memory back to the beginning; what is the same is left alone, code above all. */
  private void start() {
    byte[] bytes = new byte[GuestMemory.FRAME_BYTES];
    byte[] now = new byte[GuestMemory.FRAME_BYTES];
    for (int frame = 0; frame < memory.ramFrames(); frame++) {
      int at = frame * GuestMemory.FRAME_BYTES;
      Arrays.fill(bytes, (byte) 0);
      if (at < image.length) {
        System.arraycopy(image, at, bytes, 0, bytes.length);
      }
      memory.read(frame, 0, now, 0, now.length);
      if (!Arrays.equals(bytes, now)) {
        memory.write(frame, 0, bytes, 0, bytes.length);
      }
    }
    done = false;
    hart.start(DifferentialImage.RAM, 0, 0);
  }

  private Stop run(long budget) {
    return engine.run(hart, budget);
  }

  byte[] ram() {
    byte[] all = new byte[DifferentialImage.RAM_BYTES];
    for (int frame = 0; frame < memory.ramFrames(); frame++) {
      memory.read(frame, 0, all, frame * GuestMemory.FRAME_BYTES, GuestMemory.FRAME_BYTES);
    }
    return all;
  }
}
