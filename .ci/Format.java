import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks or applies google-java-format on every Java source of the repository.
 *
 * <p>{@code java -cp google-java-format.jar .ci/Format.java check|apply ROOT}. Exits with 0 where
 * all files are (now) formatted, 1 otherwise.
 */
final class Format {
  private static final Set<String> SKIPPED_FOLDERS =
      Set.of("target", ".git", ".vls", "node_modules");

  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean apply = args[0].equals("apply");
    Path root = Path.of(args[1]);
    List<Path> sources = new java.util.ArrayList<>();
    collect(root, sources);
    List<Path> unformatted =
        sources.parallelStream().filter(source -> differs(source, apply)).sorted().toList();
    for (Path source : unformatted) {
      System.err.println((apply ? "formatted " : "not formatted: ") + root.relativize(source));
    }
    if (!apply && !unformatted.isEmpty()) {
      System.err.println(unformatted.size() + " source files are not formatted; run ./format");
      System.exit(1);
    }
  }

  private static void collect(Path folder, List<Path> sources) throws IOException {
    List<Path> entries;
    try (Stream<Path> listed = Files.list(folder)) {
      entries = listed.toList();
    }
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (Files.isDirectory(entry, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        if (!SKIPPED_FOLDERS.contains(name)) {
          collect(entry, sources);
        }
      } else if (name.endsWith(".java")) {
        sources.add(entry);
      }
    }
  }

  private static boolean differs(Path source, boolean apply) {
    try {
      String text = Files.readString(source);
      String formatted = new Formatter().formatSourceAndFixImports(text);
      if (formatted.equals(text)) {
        return false;
      }
      if (apply) {
        Files.writeString(source, formatted);
      }
      return true;
    } catch (IOException | FormatterException e) {
      System.err.println(source + ": " + e.getMessage());
      return !apply || fail();
    }
  }

  private static boolean fail() {
    System.exit(1);
    return true;
  }
}
