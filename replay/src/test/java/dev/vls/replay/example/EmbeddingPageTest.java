package dev.vls.replay.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/embedding.md shows is what is compiled and run. */
final class EmbeddingPageTest {
  private static final Path ROOT = Path.of(System.getProperty("vls.root", ".."));
  private static final String EXAMPLE = "replay/src/test/java/dev/vls/replay/example/";
  private static final String SNIPPETS = EXAMPLE + "Embedding.java";
  private static final List<String> DEVICE =
      List.of(
          "guests/programs/entropy.c",
          EXAMPLE + "EntropyDevice.java",
          EXAMPLE + "EntropyBackend.java");
  private static final int MOST_DEVICE_LINES = 149;

  /** A block, with the comment before it that names its source: a file, or a part of one. */
  private static final Pattern BLOCK =
      Pattern.compile("(?m)(?:^<!-- (\\S+?)(?:#(\\w+))? -->\n)?^```(java|c)\n([\\s\\S]*?)^```$");

  private static final Pattern SNIPPET =
      Pattern.compile("(?m)^ *// snippet (\\w+)\n([\\s\\S]*?)^ *// end$");

  @Test
  void shouldShowTheSourcesWhenItShowsCode() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (MatchResult block : matches(BLOCK, read("docs/embedding.md"))) {
      String file = block.group(1);
      assertTrue(file != null, "no comment names the source of:\n" + block.group(4));
      String expected = block.group(2) == null ? read(file) : snippet(file, block.group(2));
      assertEquals(expected.strip(), block.group(4).strip(), file);
      shown.add(block.group(2) == null ? file : block.group(2));
    }
    for (MatchResult snippet : matches(SNIPPET, read(SNIPPETS))) {
      assertTrue(shown.contains(snippet.group(1)), "not on the page: " + snippet.group(1));
    }
    assertTrue(shown.containsAll(DEVICE), "a part of the device is missing: " + shown);
  }

  @Test
  void shouldStaySmallWhenBothHalvesAreCounted() throws IOException {
    long lines = 0;
    for (String file : DEVICE) {
      lines += codeLines(read(file));
    }
    assertTrue(lines <= MOST_DEVICE_LINES, "the device has " + lines + " lines of code");
  }

  @Test
  void shouldBeUnknownToTheFrameworkWhenTheDeviceIsNew() throws IOException {
    for (String module : List.of("vmm", "sma", "vls-log")) {
      requireNone(module, "entropy");
    }
    // these have a virtio device for random bytes, which is another
    requireNone("drivers", "replay.example");
    requireNone("replay", "replay.example");
  }

  private static void requireNone(String module, String word) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertTrue(!Files.readString(file).contains(word), "about the example: " + file);
      }
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static String snippet(String file, String name) throws IOException {
    return matches(SNIPPET, read(file)).stream()
        .filter(snippet -> snippet.group(1).equals(name))
        .map(snippet -> snippet.group(2).stripTrailing().stripIndent())
        .findFirst()
        .orElseThrow(() -> new AssertionError(file + " has no snippet " + name));
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    List<MatchResult> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.toMatchResult());
    }
    return found;
  }

  /** Counts lines that are neither blank nor comment. */
  private static long codeLines(String source) {
    String code = source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", "");
    return code.lines().filter(line -> !line.isBlank()).count();
  }
}
