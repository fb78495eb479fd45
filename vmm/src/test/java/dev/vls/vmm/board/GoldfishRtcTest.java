package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.GuestMemory;
import org.junit.jupiter.api.Test;

class GoldfishRtcTest {
  private static final long EPOCH_NS = 1_767_225_600_000_000_000L;
  private static final long NS_PER_INSTRUCTION = 100;

  private final TimeBase time =
      new TimeBase(new GuestMemory(4096, 1), TimeBase.rateFor(1_000_000_000 / NS_PER_INSTRUCTION));
  private final Wire line = new Wire();
  private final Recorder world = new Recorder();
  private long instret;
  private final GoldfishRtc rtc =
      new GoldfishRtc(time, EPOCH_NS, () -> instret, line, world::yielded);

  private long now() throws AccessFaultException {
    long low = rtc.read(GoldfishRtcLayout.TIME_LOW, 4);
    return rtc.read(GoldfishRtcLayout.TIME_HIGH, 4) << 32 | low;
  }

  private void alarm(long ns) throws AccessFaultException {
    rtc.write(GoldfishRtcLayout.ALARM_HIGH, 4, ns >>> 32);
    rtc.write(GoldfishRtcLayout.ALARM_LOW, 4, ns);
  }

  @Test
  void shouldShowTheEpochAndGuestTimeWhenRead() throws Exception {
    assertEquals(EPOCH_NS, now());
    instret = 20_000_000;
    assertEquals(EPOCH_NS + 2_000_000_000L, now());
  }

  @Test
  void shouldKeepTheHighWordOfTheLowOneWhenTimePassesBetween() throws Exception {
    instret = (((EPOCH_NS >>> 32) + 1 << 32) - EPOCH_NS) / NS_PER_INSTRUCTION;
    long low = rtc.read(GoldfishRtcLayout.TIME_LOW, 4);
    instret += 1L << 40;
    long high = rtc.read(GoldfishRtcLayout.TIME_HIGH, 4);
    assertEquals((EPOCH_NS >>> 32) + (low > 1L << 31 ? 0 : 1), high);
  }

  @Test
  void shouldGoOnFromWhatTheGuestSetsWhenWritten() throws Exception {
    instret = 1_000_000;
    rtc.write(GoldfishRtcLayout.TIME_HIGH, 4, 1);
    rtc.write(GoldfishRtcLayout.TIME_LOW, 4, 500);
    assertEquals((1L << 32) + 500, now());
    instret += 10;
    assertEquals((1L << 32) + 1500, now());
    rtc.reset();
    assertEquals(EPOCH_NS + instret * NS_PER_INSTRUCTION, now());
  }

  @Test
  void shouldInterruptAtExactlyTheAlarmWhenEnabled() throws Exception {
    rtc.write(GoldfishRtcLayout.IRQ_ENABLED, 4, 1);
    int yields = world.yields;
    alarm(EPOCH_NS + 12_345);
    assertTrue(world.yields > yields, "the budget was computed from another deadline");
    assertEquals(1, rtc.read(GoldfishRtcLayout.ALARM_STATUS, 4));
    long deadline = rtc.deadline();
    assertEquals(124, deadline, "12,345 ns in ticks of 100");
    instret = deadline - 1;
    rtc.refresh();
    assertFalse(line.high);
    instret = deadline;
    rtc.refresh();
    assertTrue(line.high);
    assertEquals(0, rtc.read(GoldfishRtcLayout.ALARM_STATUS, 4));
    assertEquals(Long.MAX_VALUE, rtc.deadline());
    rtc.write(GoldfishRtcLayout.CLEAR_INTERRUPT, 4, 1);
    assertFalse(line.high);
  }

  @Test
  void shouldInterruptAtOnceWhenTheAlarmIsInThePast() throws Exception {
    alarm(EPOCH_NS - 1);
    assertFalse(line.high);
    rtc.write(GoldfishRtcLayout.IRQ_ENABLED, 4, 1);
    assertTrue(line.high);
  }

  @Test
  void shouldForgetTheAlarmWhenCleared() throws Exception {
    rtc.write(GoldfishRtcLayout.IRQ_ENABLED, 4, 1);
    alarm(EPOCH_NS + 1_000);
    rtc.write(GoldfishRtcLayout.CLEAR_ALARM, 4, 1);
    assertEquals(Long.MAX_VALUE, rtc.deadline());
    instret = 1_000_000;
    rtc.refresh();
    assertFalse(line.high);
  }

  @Test
  void shouldHaveADeadlineThatIsNeverPastWhenTheAlarmIsAnything() throws Exception {
    for (long ns : new long[] {0, 1, EPOCH_NS, EPOCH_NS + 1, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      for (long at : new long[] {0, 1, 1L << 40, 1L << 60}) {
        rtc.reset();
        instret = at;
        alarm(ns);
        assertTrue(rtc.deadline() > at, ns + " at " + at);
      }
    }
  }

  @Test
  void shouldFaultWhenTheWidthOrPlaceIsWrong() {
    assertThrows(AccessFaultException.class, () -> rtc.read(0, 8));
    assertThrows(AccessFaultException.class, () -> rtc.read(0, 1));
    assertThrows(AccessFaultException.class, () -> rtc.read(2, 4));
    assertThrows(AccessFaultException.class, () -> rtc.write(BoardLayout.RTC_BYTES, 4, 0));
  }
}
