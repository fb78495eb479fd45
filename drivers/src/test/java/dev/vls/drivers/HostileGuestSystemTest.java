package dev.vls.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that misbehaves harms only itself: the machine runs on and the guest can power off. */
class HostileGuestSystemTest {
  @ParameterizedTest
  @ValueSource(strings = {"storegarbage", "wildpointers", "timerstorm", "consolejump"})
  void shouldOutliveTheGuestWhenItMisbehaves(String name) throws Exception {
    int abuses = abuses(GuestOutput.of(name, "n=2000"));
    for (int only = 1; only <= abuses; only++) {
      GuestOutput alone = GuestOutput.of(name, "n=2000 only=" + only);
      assertEquals(abuses, abuses(alone), alone.text());
      assertTrue(alone.text().contains("SURVIVED"), alone.text());
    }
  }

  /** Returns the number in the last line, which a guest prints when it has done everything. */
  private static int abuses(GuestOutput output) {
    List<String> lines = output.lines();
    assertTrue(!lines.isEmpty() && lines.getLast().startsWith("ABUSES "), output.text());
    return Integer.parseInt(lines.getLast().substring("ABUSES ".length()));
  }
}
