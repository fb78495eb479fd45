package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.sma.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Guests that break every rule: the machine bears them (R6), and does the same in whatever slices
 * it runs (R3).
 */
class HostileGuestSystemTest {
  private static final Set<String> WITHOUT_DISK =
      Set.of("consolejump", "storegarbage", "timerstorm", "wildpointers");

  /** These are run where block devices are. */
  private static final Set<String> WITH_DISK =
      Set.of("badgrant", "badring", "badvirtio", "ringrecursion");

  private static final Pattern ROW = Pattern.compile("\\| `([a-z]+)` \\|.*");
  private static final Pattern REMARK =
      Pattern.compile("ABUSES \\d+|through the ring, before|results hash to [0-9a-f]{16}");
  private static final Outcome SURVIVED = new Outcome.PoweredOff(0);
  private static final long STEPS_LIMIT = 400_000_000;
  private static final int LONG_SLICE = 1_000_000;
  private static final int SHORT_SLICE = 3_000;

  @ParameterizedTest
  @ValueSource(strings = {"consolejump", "storegarbage", "timerstorm", "wildpointers"})
  void shouldSurviveWhenTheGuestIsHostile(String image) throws Exception {
    long seed = new Random().nextLong();
    HostileTrial.End first = run(image, LONG_SLICE, 0);
    assertSurvived(first);
    assertEquals(first, run(image, SHORT_SLICE, seed), () -> "slices of seed " + seed);
  }

  @Test
  void shouldCoverEveryHostileGuestOfTheReadme() throws IOException {
    Set<String> covered = new TreeSet<>(WITHOUT_DISK);
    covered.addAll(WITH_DISK);
    assertEquals(readme(), covered);
  }

  private static HostileTrial.End run(String image, int slice, long seed) throws Exception {
    return new HostileTrial(image).run(STEPS_LIMIT, slice, new Random(seed));
  }

  private static void assertSurvived(HostileTrial.End end) {
    assertEquals(SURVIVED, end.outcome(), end::toString);
    List<String> lines = new ArrayList<>(end.output().lines().toList());
    assertTrue(lines.removeIf(line -> line.startsWith("SURVIVED ")), end::toString);
    lines.removeIf(line -> REMARK.matcher(line).matches());
    assertEquals(List.of(), lines);
  }

  private static Set<String> readme() throws IOException {
    Path page = Path.of(System.getProperty("vls.root", ".."), "guests", "README.md");
    Set<String> images = new TreeSet<>();
    boolean hostile = false;
    for (String line : Files.readAllLines(page)) {
      hostile = line.startsWith("## ") ? line.equals("## Hostile guests") : hostile;
      Matcher row = ROW.matcher(line);
      if (hostile && row.matches()) {
        images.add(row.group(1));
      }
    }
    return images;
  }
}
