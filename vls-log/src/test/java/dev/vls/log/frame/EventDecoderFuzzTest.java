package dev.vls.log.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogSamples;
import dev.vls.log.frame.EventDecoder.Step;
import dev.vls.log.frame.FrameLayout.Checksum;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventDecoderFuzzTest {
  private static final int SEED = 7;

  @Test
  void shouldOnlyThrowBadFrameWhenOctetsAreGarbage() {
    long seed = 20_260_101;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = new byte[random.nextInt(200)];
      random.nextBytes(octets);
      assertFalse(decodes(octets), "seed " + seed + ", try " + i);
    }
  }

  @Test
  void shouldOnlyThrowBadFrameWhenPayloadsAreGarbageWithAGoodChecksum() {
    long seed = 20_260_102;
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] payload = new byte[random.nextInt(60)];
      random.nextBytes(payload);
      accepted += decodes(frame(1 + random.nextInt(4), payload)) ? 1 : 0;
    }
    assertTrue(accepted < 50_000, "seed " + seed);
  }

  @Test
  void shouldOnlyThrowBadFrameWhenGoodPayloadsAreChangedUnderAGoodChecksum() {
    long seed = 20_260_103;
    Random random = new Random(seed);
    for (Event event : LogSamples.remarkedEvents(400, seed)) {
      FrameEncoder encoder = new FrameEncoder(SEED);
      encoder.event(0, new Event(List.of(), event.brk()));
      byte[] payload =
          Arrays.copyOfRange(
              encoder.buffer(), FrameLayout.HEADER_BYTES, encoder.length() - FrameLayout.CRC_BYTES);
      for (int i = 0; i < 50; i++) {
        byte[] changed = payload.clone();
        if (changed.length > 0) {
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
        decodes(frame(FrameLayout.BRK, changed));
      }
    }
  }

  @Test
  void shouldRefuseWhenAListIsLongerThanTheFormatAllows() {
    // 1,000,000 empty vectors of two octets each would become as many objects.
    byte[] payload = new byte[2_000_000];
    for (int i = 0; i < payload.length; i += 2) {
      payload[i] = 2 << 3 | 2;
    }
    EventDecoder decoder = new EventDecoder(SEED, 0, Optional.empty());
    byte[] sma = frame(FrameLayout.SMA, payload);
    assertThrows(BadFrameException.class, () -> decoder.accept(sma, 0, sma.length));
    byte[] ports = new byte[1_000_004];
    ports[0] = 7 << 3 | 2;
    ports[1] = (byte) 0xc0;
    ports[2] = (byte) 0x84;
    ports[3] = 0x3d;
    EventDecoder second = new EventDecoder(SEED, 0, Optional.empty());
    byte[] brk = frame(FrameLayout.BRK, ports);
    BadFrameException e =
        assertThrows(BadFrameException.class, () -> second.accept(brk, 0, brk.length));
    assertTrue(e.getMessage().contains("65536 items"), e.getMessage());
  }

  @Test
  void shouldRefuseWhenAFrameComesTwiceOrUnderAnotherSeed() throws BadFrameException {
    FrameEncoder encoder = new FrameEncoder(SEED);
    encoder.event(0, LogSamples.timeRebase(1, 1));
    EventDecoder decoder = new EventDecoder(SEED, 0, Optional.empty());
    assertEquals(Step.EVENT, decoder.accept(encoder.buffer(), 0, encoder.length()));
    assertThrows(
        BadFrameException.class, () -> decoder.accept(encoder.buffer(), 0, encoder.length()));
    EventDecoder other = new EventDecoder(SEED + 1, 0, Optional.empty());
    assertThrows(
        BadFrameException.class, () -> other.accept(encoder.buffer(), 0, encoder.length()));
  }

  @Test
  void shouldRefuseWhenAPositionDoesNotIncrease() throws BadFrameException {
    FrameEncoder encoder = new FrameEncoder(SEED);
    encoder.event(0, LogSamples.timeRebase(10, 5));
    int second = encoder.length();
    encoder.event(1, LogSamples.timeRebase(20, 4));
    EventDecoder decoder = new EventDecoder(SEED, 0, Optional.empty());
    decoder.accept(encoder.buffer(), 0, encoder.length());
    BadFrameException e =
        assertThrows(
            BadFrameException.class,
            () -> decoder.accept(encoder.buffer(), second, encoder.length()));
    assertTrue(e.getMessage().contains("20+4"), e.getMessage());
  }

  /**
   * Returns whether one frame was accepted; anything but {@link BadFrameException} fails the test.
   */
  private static boolean decodes(byte[] octets) {
    try {
      EventDecoder decoder = new EventDecoder(SEED, 0, Optional.empty());
      return decoder.accept(octets, 0, octets.length) != Step.INCOMPLETE;
    } catch (BadFrameException e) {
      return false;
    }
  }

  private static byte[] frame(int type, byte[] payload) {
    byte[] frame = new byte[payload.length + FrameLayout.OVERHEAD_BYTES];
    FrameLayout.putHeader(frame, 0, type, payload.length);
    System.arraycopy(payload, 0, frame, FrameLayout.HEADER_BYTES, payload.length);
    int covered = frame.length - FrameLayout.CRC_BYTES;
    int ordinal = type == FrameLayout.SEAL ? 1 : 0;
    FrameLayout.putInt32(frame, covered, new Checksum(SEED).of(0, ordinal, frame, 0, covered));
    return frame;
  }
}
