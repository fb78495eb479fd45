package dev.vls.replay.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.engine.Whereabouts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The table that a profile ends as. */
class GuestProfileTest {
  private static final long MAIN = 0x8020_0000L;

  private static GuestSymbols symbols() {
    GuestSymbols symbols = new GuestSymbols();
    symbols.addFile("80200000 T main\n".getBytes(StandardCharsets.US_ASCII));
    return symbols;
  }

  @Test
  void shouldShowTierAndNameOfPlacesByTheirShareWhenThereAreSamples() {
    Map<Long, Long> samples = Map.of(MAIN, 10L, (MAIN + 8) | 1, 30L, Whereabouts.OUTSIDE, 500L);
    List<String> lines = GuestProfile.table(samples, symbols()).lines().toList();
    assertEquals("profile: 40 samples of guest code, 500 while none ran", lines.getFirst());
    assertEquals("  75.00  translated   0x80200008          main+0x8", lines.get(2));
    assertEquals("  25.00  interpreted  0x80200000          main", lines.get(3));
    assertEquals(4, lines.size());
  }

  @Test
  void shouldSumUpTheRestWhenThereAreManyPlaces() {
    Map<Long, Long> samples = new TreeMap<>();
    for (int i = 0; i < 50; i++) {
      samples.put(0x1000 + 2L * i, 2L);
    }
    List<String> lines = GuestProfile.table(samples, symbols()).lines().toList();
    assertEquals("  50.00  in 25 other places", lines.getLast());
    assertTrue(lines.get(2).contains("0x1000 "), lines::toString);
  }

  @Test
  void shouldShowNoPlacesWhenThereWereNoSamples() {
    assertEquals(2, GuestProfile.table(Map.of(), symbols()).lines().count());
  }
}
