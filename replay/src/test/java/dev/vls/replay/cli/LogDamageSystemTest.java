package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.log.store.LogWriterConfig;
import dev.vls.replay.Dialogue;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A recording whose files were cut or changed: what is whole is replayed, and nothing else passes
 * for it. Exit code 4 or 5 always, 0 never.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LogDamageSystemTest {
  /** Small, so that headers and seals of several segments can be hit. */
  private static final LogWriterConfig SEGMENTS = LogWriterConfig.DEFAULT.withSegmentBytes(1024);

  private static final int LINES = 20;
  private static final int TAIL_BYTES = 300;
  private static final Pattern EVENTS = Pattern.compile("cut after (\\d+) events");

  @TempDir private static Path folder;

  private static final SortedMap<String, byte[]> FILES = new TreeMap<>();

  /** What {@link #log} holds now. */
  private static final SortedMap<String, byte[]> DISK = new TreeMap<>();

  private static Bytes console;
  private static Path log;

  @BeforeAll
  static void record() throws Exception {
    Stream<String> lines = IntStream.range(0, LINES).mapToObj(n -> "line ".repeat(n) + n);
    Dialogue dialogue = new Dialogue(Stream.concat(lines, Stream.of("quit")).toList());
    log = folder.resolve("damaged");
    Path whole = folder.resolve("whole");
    MachineSpec spec = Recordings.spec("echo", "", MachineSpec.Time.WALL);
    console =
        Recordings.record(spec, dialogue.keyboard(), dialogue.screen(), whole, SEGMENTS).console();
    FILES.putAll(contents(whole));
    assertTrue(segments().size() >= 3, () -> FILES.keySet().toString());
    assertEquals(ExitCode.OK, InProcess.vls("replay", "--verify", whole).exitCode());
  }

  /** The writer died: the log ends at any byte, and no later file is there. */
  @Test
  void shouldReplayToTheLastWholeEventWhenTheLogIsCutAnywhere() throws Exception {
    List<String> names = List.copyOf(segments().keySet());
    int total = segments().values().stream().mapToInt(octets -> octets.length).sum();
    int before = 0;
    for (int i = 0; i < names.size(); i++) {
      byte[] octets = FILES.get(names.get(i));
      for (int at = 0; at < octets.length + (i < names.size() - 1 ? 1 : 0); at++) {
        if (before + at > total - TAIL_BYTES || (before + at) % 16 == 0) {
          Map<String, byte[]> files = without("index");
          names.subList(i + 1, names.size()).forEach(files::remove);
          files.put(names.get(i), Arrays.copyOf(octets, at));
          replayed(files, names.get(i) + " cut at " + at);
        }
      }
      before += octets.length;
    }
  }

  private void replayed(Map<String, byte[]> files, String how) throws Exception {
    write(files);
    InProcess.Result result = InProcess.vls("replay", "--verify", log);
    assertReported(result, how);
    Matcher events = EVENTS.matcher(result.err());
    boolean anyEvent = events.find();
    long whole =
        files.entrySet().stream()
            .filter(file -> isSegment(file.getKey()))
            .mapToLong(file -> wholeEvents(file.getValue()))
            .sum();
    long said = anyEvent ? Long.parseLong(events.group(1)) : 0;
    // A segment that was only just begun says where it goes on.
    assertTrue(said == whole || (!anyEvent && whole == 0), how + ": " + result.err());
    assertTrue(
        result.err().contains("replayed up to position")
            || result.err().contains("the run is equal"),
        how + ": " + result.err());
  }

  /** One file is shorter than it was, and the others are there. */
  @Test
  void shouldReportWhenOneFileIsCutAnywhere() throws Exception {
    for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
      for (int at : points(file.getValue().length, 30)) {
        Map<String, byte[]> files = new LinkedHashMap<>(FILES);
        files.put(file.getKey(), Arrays.copyOf(file.getValue(), at));
        write(files);
        String how = file.getKey() + " cut at " + at;
        assertReported(InProcess.vls("replay", "--verify", log), how);
        assertBad(InProcess.vls("log", "verify", log), how);
      }
    }
  }

  @Test
  void shouldReportWhenAnyBitIsFlipped() throws Exception {
    for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
      int wanted = file.getKey().startsWith("images") ? 40 : 90;
      for (int at : points(file.getValue().length, wanted)) {
        Map<String, byte[]> files = new LinkedHashMap<>(FILES);
        byte[] flipped = file.getValue().clone();
        flipped[at] ^= (byte) (1 << (at * 5 + 3) % 8);
        files.put(file.getKey(), flipped);
        write(files);
        String how = file.getKey() + " flipped at " + at;
        assertReported(InProcess.vls("replay", "--verify", log), how);
      }
    }
  }

  @Test
  void shouldReportWhenAFileIsMissing() throws Exception {
    for (String name : FILES.keySet()) {
      if (name.equals("index")) {
        continue; // derived; may be missing
      }
      write(without(name));
      InProcess.Result result = InProcess.vls("replay", "--verify", log);
      int expected = name.equals("manifest") ? ExitCode.HOST_ERROR : ExitCode.LOG_DAMAGED;
      assertEquals(expected, result.exitCode(), () -> name + ": " + result.err());
      assertSentence(result, name);
    }
  }

  @Test
  void shouldReplayWhenOnlyTheIndexIsMissing() throws Exception {
    write(without("index"));
    assertEquals(ExitCode.OK, InProcess.vls("replay", "--verify", log).exitCode());
  }

  @Test
  void shouldShowWhatComesBeforeTheDamageWhenLookedInto() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>(FILES);
    String second = List.copyOf(segments().keySet()).get(1);
    byte[] flipped = FILES.get(second).clone();
    flipped[flipped.length / 2] ^= 1;
    files.put(second, flipped);
    write(files);
    InProcess.Result dump = InProcess.vls("log", "dump", "--json", log);
    assertReported(dump, "dump");
    assertTrue(
        dump.out().lines().count() > wholeEvents(FILES.get("segment-00000000.vls")), dump::out);
    assertReported(InProcess.vls("log", "stat", log), "stat");
    InProcess.Result refused = InProcess.vls("replay", log);
    assertReported(refused, "replay");
    assertTrue(refused.err().contains("--recover"), refused::err);
    InProcess.Result recovered = InProcess.vls("replay", "--recover", "--verify", log);
    assertReported(recovered, "replay --recover");
    assertTrue(recovered.err().contains(second), recovered::err);
    assertTrue(recovered.err().contains("replayed up to position"), recovered::err);
    assertTrue(recovered.console().length() > 0, "what came before the damage was said");
    assertTrue(recovered.console().length() < console.length());
  }

  /** The file that the run ends in is damaged: that is seen before anything is replayed. */
  @Test
  void shouldReplayWhatComesBeforeTheDamageWhenAsked() throws Exception {
    String last = segments().lastKey();
    int wanted = 60;
    for (int at : points(FILES.get(last).length, wanted)) {
      Map<String, byte[]> files = new LinkedHashMap<>(FILES);
      byte[] flipped = FILES.get(last).clone();
      flipped[at] ^= (byte) (1 << at % 8);
      files.put(last, flipped);
      write(files);
      String how = last + " flipped at " + at;
      InProcess.Result recovered = InProcess.vls("replay", "--recover", log);
      assertReported(recovered, how);
      assertTrue(recovered.console().length() > 0, how + ": " + recovered.err());
    }
  }

  private static void assertReported(InProcess.Result result, String how) {
    assertEquals(ExitCode.LOG_DAMAGED, result.exitCode(), () -> how + ": " + result.err());
    assertSentence(result, how);
  }

  private static void assertSentence(InProcess.Result result, String how) {
    assertTrue(result.err().startsWith("vls: "), () -> how + ": " + result.err());
    assertFalse(result.err().contains("Exception"), () -> how + ": " + result.err());
    String said = new String(result.console().shared(), ISO_8859_1);
    assertTrue(new String(console.shared(), ISO_8859_1).startsWith(said), () -> how + ": " + said);
  }

  private static void assertBad(InProcess.Result verified, String how) {
    assertEquals(ExitCode.LOG_DAMAGED, verified.exitCode(), () -> how + ": " + verified.out());
  }

  /** Counts events as docs/format.md describes frames, without the code under test. */
  private static long wholeEvents(byte[] segment) {
    long events = 0;
    int at = 32;
    while (at + 4 <= segment.length) {
      int length =
          segment[at] & 0xff | (segment[at + 1] & 0xff) << 8 | (segment[at + 2] & 0xff) << 16;
      int end = at + 4 + length + 4;
      events += end <= segment.length && segment[at + 3] == 2 ? 1 : 0;
      at = end;
    }
    return events;
  }

  private static List<Integer> points(int length, int wanted) {
    TreeSet<Integer> points = new TreeSet<>();
    IntStream.range(0, wanted).map(n -> (int) ((long) n * length / wanted)).forEach(points::add);
    IntStream.range(Math.max(0, length - 24), length).forEach(points::add);
    IntStream.range(0, Math.min(24, length)).forEach(points::add);
    return List.copyOf(points);
  }

  private static SortedMap<String, byte[]> segments() {
    SortedMap<String, byte[]> segments = new TreeMap<>(FILES);
    segments.keySet().removeIf(name -> !isSegment(name));
    return segments;
  }

  private static boolean isSegment(String name) {
    return name.startsWith("segment-");
  }

  private static Map<String, byte[]> without(String name) {
    Map<String, byte[]> files = new LinkedHashMap<>(FILES);
    files.remove(name);
    return files;
  }

  private static SortedMap<String, byte[]> contents(Path directory) throws IOException {
    SortedMap<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /** Makes the directory hold these files; touches those only that differ. */
  private static void write(Map<String, byte[]> files) throws IOException {
    for (String name : List.copyOf(DISK.keySet())) {
      if (!files.containsKey(name)) {
        Files.delete(log.resolve(name));
        DISK.remove(name);
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!Arrays.equals(DISK.get(file.getKey()), file.getValue())) {
        Path path = log.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
        DISK.put(file.getKey(), file.getValue());
      }
    }
  }
}
