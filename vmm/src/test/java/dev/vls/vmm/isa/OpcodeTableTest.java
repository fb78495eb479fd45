package dev.vls.vmm.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.DeterminismPage;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every operation of the decoder has its class in docs/determinism.md. */
class OpcodeTableTest {
  private static final Set<String> DISTANCES = Set.of("DOUBLE", "DOUBLEWORD", "LAST_FLOAT");

  @Test
  void shouldClassifyEachOperationOnce() throws IllegalAccessException {
    List<String> documented = new ArrayList<>();
    DeterminismPage.read()
        .table("Instructions")
        .forEach(row -> documented.addAll(Arrays.asList(row.get("Operations").split(" ", -1))));
    Set<String> stale = new TreeSet<>(documented);
    assertEquals(documented.size(), stale.size(), "an operation stands twice");
    Set<String> missing = operations();
    Set<String> both = new TreeSet<>(stale);
    both.retainAll(missing);
    missing.removeAll(both);
    stale.removeAll(both);
    assertTrue(
        missing.isEmpty() && stale.isEmpty(),
        () ->
            "docs/determinism.md, \"Instructions\": no class has "
                + missing
                + "; the decoder does not know "
                + stale);
  }

  /** Returns the constants, and the double forms, which have no constants of their own. */
  private static Set<String> operations() throws IllegalAccessException {
    Set<String> names = new TreeSet<>();
    for (Field field : Opcode.class.getDeclaredFields()) {
      String name = field.getName();
      if (field.getType() != int.class || DISTANCES.contains(name)) {
        continue;
      }
      names.add(name);
      if (field.getInt(null) >= Opcode.FMADD_S) {
        names.add(name.substring(0, name.length() - 1) + "D");
      }
    }
    return names;
  }
}
