package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What is not part of the build: a test that needs it says in one line what it skips without. */
public final class OutsideTools {
  private OutsideTools() {}

  /** Skips {@code test}, or the one method that asks, where a tool is not on the PATH. */
  public static void require(Class<?> test, String... tools) {
    for (String tool : tools) {
      if (!isOnPath(tool)) {
        skip(test, "no " + tool + " on the PATH");
      }
    }
  }

  /** Skips; where VLS_REQUIRE_TOOLS=1 is set, fails. */
  public static void skip(Class<?> test, String reason) {
    String line = test.getSimpleName() + " skipped: " + reason;
    if ("1".equals(System.getenv("VLS_REQUIRE_TOOLS"))) {
      fail(line);
    }
    System.out.println(line);
    Assumptions.abort(line);
  }

  private static boolean isOnPath(String tool) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }
}
