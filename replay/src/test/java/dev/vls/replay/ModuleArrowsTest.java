package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between modules point in one direction (DESIGN 8). */
final class ModuleArrowsTest {
  private static final Map<String, Set<String>> MAY_REQUIRE =
      Map.of(
          "dev.vls.vmm", Set.of(),
          "dev.vls.sma", Set.of("dev.vls.vmm"),
          "dev.vls.log", Set.of(),
          "dev.vls.drivers", Set.of("dev.vls.sma", "dev.vls.vmm"),
          "dev.vls.replay", Set.of("dev.vls.drivers", "dev.vls.log", "dev.vls.sma", "dev.vls.vmm"));

  @ParameterizedTest
  @ValueSource(
      strings = {"dev.vls.vmm", "dev.vls.sma", "dev.vls.log", "dev.vls.drivers", "dev.vls.replay"})
  void shouldRequireOnlyWhatIsBelowWhenAModuleOfOurs(String name) {
    Set<String> wrong = new TreeSet<>(requires(name));
    wrong.removeIf(required -> !required.startsWith("dev.vls."));
    wrong.removeAll(MAY_REQUIRE.get(name));
    assertEquals(Set.of(), wrong, name + " must not require these");
  }

  @Test
  void shouldRequireNothingButJavaBaseWhenTheMachine() {
    assertEquals(Set.of("java.base"), requires("dev.vls.vmm"));
  }

  private static Set<String> requires(String module) {
    return ModuleLayer.boot().findModule(module).orElseThrow().getDescriptor().requires().stream()
        .map(ModuleDescriptor.Requires::name)
        .collect(Collectors.toSet());
  }
}
