package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class HartScheduleTest {
  @Property
  void shouldSpreadQuantaFromAHalfToOneAndAHalfWhenTheSeedIsAny(
      @ForAll @LongRange(min = HartSchedule.MIN_QUANTUM, max = HartSchedule.MAX_QUANTUM) long mean,
      @ForAll long seed,
      @ForAll @LongRange(min = 0) long index) {
    long length = new HartSchedule(mean, seed).length(index);
    assertTrue(length >= mean / 2 && length <= mean + mean / 2, "length " + length);
  }

  @Property
  void shouldReadBackWhatWasWritten(
      @ForAll @LongRange(min = HartSchedule.MIN_QUANTUM, max = HartSchedule.MAX_QUANTUM) long mean,
      @ForAll long seed) {
    HartSchedule schedule = new HartSchedule(mean, seed);
    assertEquals(schedule, HartSchedule.parse(schedule.format()));
  }

  @Example
  void shouldChooseAnotherScheduleWhenTheSeedDiffers() {
    long different = 0;
    for (int index = 0; index < 100; index++) {
      long one = new HartSchedule(10_000, 1).length(index);
      different += one == new HartSchedule(10_000, 2).length(index) ? 0 : 1;
    }
    assertTrue(different > 90, "different quanta: " + different);
  }

  @Example
  void shouldRefuseInOneSentenceWhenTheTextIsNoSchedule() {
    for (String text :
        new String[] {
          "",
          "round-robin-1",
          "round-robin-1 1000",
          "round-robin-1 1000 1 1",
          "round-robin-1 x 1",
          "round-robin-2 1000 1",
          "round-robin-1 99 1",
          "round-robin-1 99999999999999999999 1"
        }) {
      assertThrows(IllegalArgumentException.class, () -> HartSchedule.parse(text), text);
    }
  }
}
