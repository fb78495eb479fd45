package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing inside the boundary reads the world (DESIGN 1, R2); checked in the compiled classes. */
final class BoundaryTest {
  /**
   * Classes that may use what is forbidden, each with the reason. Nested classes count as theirs.
   */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "dev.vls.sma.HostClock",
          "the live side's clock; its readings enter by commits only",
          "dev.vls.vmm.jit.Workshop",
          "makes code on a thread of its own; when that arrives changes speed alone",
          "dev.vls.vmm.engine.RawDispatch",
          "its main method writes a class and is a step of the build; no machine calls it");

  /** What the device of a shared directory consists of. */
  private static final Set<String> SHARE_INSIDE =
      Stream.of("Fid", "Fids", "MessageReader", "Qid", "ShareCall", "SharePath", "ShareRequest")
          .map(name -> "dev.vls.drivers.share." + name)
          .collect(Collectors.toSet());

  @Test
  void shouldReadNothingOfTheWorldWhenInTheMachine() {
    List<String> findings = everything().scanModule("dev.vls.vmm", BoundaryTest::notAllowed);
    assertTrue(findings.isEmpty(), () -> String.join("\n", findings));
  }

  @Test
  void shouldReadNoClockNorChanceWhenInSma() {
    List<String> findings =
        new BoundaryScanner(Forbidden.CLOCKS_AND_CHANCE)
            .scanModule("dev.vls.sma", BoundaryTest::notAllowed);
    assertTrue(findings.isEmpty(), () -> String.join("\n", findings));
  }

  @Test
  void shouldReadNothingOfTheWorldWhenADevicePort() {
    List<String> findings =
        everything()
            .scanModule("dev.vls.drivers", name -> isInside(outermost(name)) && notAllowed(name));
    assertTrue(findings.isEmpty(), () -> String.join("\n", findings));
  }

  /** Ports, what they are told of their kind of device, and all of the virtio transport. */
  private static boolean isInside(String name) {
    return name.endsWith("Port")
        || name.endsWith("Device")
        || name.startsWith("dev.vls.drivers.virtio.")
        || SHARE_INSIDE.contains(name);
  }

  @Test
  void shouldFindEachSinWhenThereIsOne() throws IOException {
    List<String> findings;
    try (var bytes = BoundaryTest.class.getResourceAsStream("BoundaryTest$Sinner.class")) {
      findings = everything().scan(bytes.readAllBytes());
    }
    for (String member :
        List.of(
            "java.lang.System.nanoTime",
            "java.time.Instant.now",
            "java.util.Random.<init>",
            "java.util.HashMap.<init>",
            "java.lang.System.getenv",
            "java.lang.Thread.currentThread",
            "java.nio.file.Path.of",
            "java.lang.Math.pow")) {
      assertTrue(
          findings.stream().anyMatch(f -> f.contains("uses " + member + ":")),
          () -> member + " is not in " + findings);
    }
    assertEquals(8, findings.size(), findings::toString);
  }

  @Test
  void shouldSeeClassesWhenScanningTheMachine() {
    assertFalse(BoundaryScanner.classFiles("dev.vls.vmm").isEmpty());
  }

  private static BoundaryScanner everything() {
    List<Forbidden> rules = new ArrayList<>(Forbidden.CLOCKS_AND_CHANCE);
    rules.addAll(Forbidden.WORLD);
    return new BoundaryScanner(rules);
  }

  private static boolean notAllowed(String name) {
    return !ALLOWED.containsKey(outermost(name));
  }

  private static String outermost(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** Uses one member of each forbidden group; compiled, never run. */
  static final class Sinner {
    private Sinner() {}

    static String everything() {
      Map<String, Object> sins = new HashMap<>();
      sins.put("clock", System.nanoTime());
      sins.put("instant", java.time.Instant.now());
      sins.put("chance", new Random());
      sins.put("environment", System.getenv("HOME"));
      sins.put("thread", Thread.currentThread());
      sins.put("file", java.nio.file.Path.of("."));
      sins.put("float", Math.pow(2, 0.5));
      return sins.toString();
    }
  }
}
