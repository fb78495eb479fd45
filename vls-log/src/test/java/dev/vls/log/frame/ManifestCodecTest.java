package dev.vls.log.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogSamples;
import dev.vls.log.Manifest;
import dev.vls.log.Manifest.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ManifestCodecTest {
  @Test
  void shouldReadBackWhatWasWritten() throws LogException {
    byte[] file = ManifestCodec.encode(LogSamples.manifest());
    assertEquals(LogSamples.manifest(), ManifestCodec.decode(file, "m"));
  }

  @Test
  void shouldNameTheVersionWhenItIsUnknown() {
    byte[] file = ManifestCodec.encode(LogSamples.manifest());
    file[8] = 9;
    seal(file);
    LogException e = refused(file);
    assertEquals(Kind.UNKNOWN_VERSION, e.kind());
    assertTrue(e.getMessage().contains("version 9"), e.getMessage());
  }

  @Test
  void shouldNameTheFeatureWhenItIsUnknown() {
    Manifest m = LogSamples.manifest();
    Manifest later =
        new Manifest(
            List.of(new Feature(3, "compressed-frames")),
            m.creator(),
            m.createdUnixMs(),
            m.machine(),
            m.images());
    LogException e = refused(ManifestCodec.encode(later));
    assertEquals(Kind.UNKNOWN_FEATURE, e.kind());
    assertTrue(e.getMessage().contains("'compressed-frames' (bit 3)"), e.getMessage());
  }

  @Test
  void shouldRefuseWhenAnyBitIsFlipped() {
    byte[] file = ManifestCodec.encode(LogSamples.manifest());
    for (int bit = 0; bit < file.length * 8; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Kind kind = refused(flipped).kind();
      assertTrue(kind == Kind.DAMAGED || kind == Kind.NOT_A_LOG, "bit " + bit + ": " + kind);
    }
  }

  @Test
  void shouldRefuseWhenItIsCutAnywhereOrExtended() {
    byte[] file = ManifestCodec.encode(LogSamples.manifest());
    for (int length = 0; length < file.length; length++) {
      refused(Arrays.copyOf(file, length));
    }
    refused(Arrays.copyOf(file, file.length + 1));
  }

  @Test
  void shouldOnlyThrowLogExceptionWhenThePayloadIsGarbageWithAGoodChecksum() {
    long seed = 20_260_104;
    Random random = new Random(seed);
    byte[] good = ManifestCodec.encode(LogSamples.manifest());
    for (int i = 0; i < 20_000; i++) {
      byte[] file = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        file[16 + random.nextInt(file.length - 20)] = (byte) random.nextInt();
      }
      seal(file);
      try {
        ManifestCodec.decode(file, "m");
      } catch (LogException e) {
        assertTrue(!e.getMessage().isEmpty(), "seed " + seed);
      }
    }
  }

  private static LogException refused(byte[] file) {
    return assertThrows(LogException.class, () -> ManifestCodec.decode(file, "m"));
  }

  private static void seal(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, 0, file.length - 4);
    FrameLayout.putInt32(file, file.length - 4, (int) crc.getValue());
  }
}
