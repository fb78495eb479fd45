package dev.vls.log.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vls.log.BrkFrame;
import dev.vls.log.BrkFrame.InstantKind;
import dev.vls.log.Bytes;
import dev.vls.log.Event;
import dev.vls.log.LogPosition;
import dev.vls.log.LogSamples;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameSizeTest {
  @Test
  void shouldTake48OctetsWhenTimeIsRebased() {
    FrameEncoder encoder = new FrameEncoder(1);
    encoder.event(0, LogSamples.timeRebase((1L << 35) - 1, (1 << 21) - 1));
    assertEquals(48, encoder.length());
  }

  @Test
  void shouldTake31OctetsWhenASegmentIsSealed() {
    FrameEncoder encoder = new FrameEncoder(1);
    encoder.seal(0, 0, 0, 0);
    assertEquals(FrameLayout.SEAL_BYTES, encoder.length());
  }

  @Test
  void shouldRefuseAndAppendNothingWhenAFrameIsTooLarge() {
    FrameEncoder encoder = new FrameEncoder(1);
    encoder.event(0, LogSamples.timeRebase(1, 1));
    int before = encoder.length();
    Event large =
        new Event(
            List.of(),
            new BrkFrame(
                LogPosition.START,
                InstantKind.INTR,
                0,
                0,
                List.of(),
                List.of(),
                Bytes.wrap(new byte[FrameLayout.MAX_PAYLOAD_BYTES]),
                Optional.empty(),
                "",
                ""));
    assertThrows(IllegalArgumentException.class, () -> encoder.event(1, large));
    assertEquals(before, encoder.length());
  }
}
