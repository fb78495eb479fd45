package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.RawImage;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/errors.md is true: each of its lines does what it says. */
class ErrorsPageSystemTest {
  private static final Path PAGE =
      Path.of(System.getProperty("vls.root", ".."), "docs", "errors.md");
  private static final Pattern LINE = Pattern.compile("\\| `([^`]+)` \\| (\\d+) \\| (.+) \\|");
  private static final Pattern NAME = Pattern.compile("[A-Z0-9]+_[A-Z0-9_]+|\\d+MIB|[A-Z]{5,}");
  private static final String ANYTHING = "…";

  @TempDir private static Path folder;
  private static ServerSocket taken;
  private static RawImage inUse;
  private static int closed;

  /**
   * A line of the page.
   *
   * @param sentence with {@link #ANYTHING} where it may go on in any way
   */
  record Line(String command, int code, String sentence) {
    @Override
    public String toString() {
      return "vls " + command;
    }
  }

  static List<Line> lines() throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      return lines
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .map(line -> new Line(line.group(1), Integer.parseInt(line.group(2)), line.group(3)))
          .toList();
    }
  }

  @BeforeAll
  static void prepare() throws Exception {
    byte[] hello = Files.readAllBytes(Recordings.image("hello"));
    file("HELLO", hello);
    file("EMPTY", new byte[0]);
    file("ELF_CUT", Arrays.copyOf(hello, 100));
    byte[] foreign = hello.clone();
    foreign[18] = 62;
    file("ELF_X86", foreign);
    file("IMAGE_CUT", imageHeader());
    byte[] packed = gzip(hello);
    file("GZIP_CUT", Arrays.copyOf(packed, packed.length / 2));
    file("GZIP_17MIB", gzip(new byte[17 << 20]));
    file("CPIO_CUT", ("070701" + "0".repeat(114)).getBytes(US_ASCII));
    hole("15MIB", 15L << 20);
    hole("17MIB", 17L << 20);
    hole("600MIB", 600L << 20);
    hole("IN_USE", 1 << 20);
    Files.createDirectory(folder.resolve("FOLDER"));
    trees();
    logs();
    inUse = RawImage.open(folder.resolve("IN_USE"), BlockConfig.Writing.ALLOWED);
    taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    closed = LinuxLab.freePort();
  }

  @AfterAll
  static void close() throws Exception {
    inUse.close();
    taken.close();
  }

  private static void logs() throws Exception {
    for (String name :
        new String[] {"LOG_CUT", "LOG_DAMAGED", "LOG_MANIFEST", "LOG_NO_IMAGE", "LOG_BAD_IMAGE"}) {
      Recordings.record(
          Recordings.spec("hello", "", MachineSpec.Time.VIRTUAL),
          InputStream.nullInputStream(),
          folder.resolve(name));
    }
    Path segment = folder.resolve("LOG_CUT/segment-00000000.vls");
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.setLength(file.length() - 20);
    }
    flip(folder.resolve("LOG_DAMAGED/segment-00000000.vls"), 100);
    flip(folder.resolve("LOG_MANIFEST/manifest"), 30);
    Files.delete(image("LOG_NO_IMAGE"));
    flip(image("LOG_BAD_IMAGE"), 3000);
  }

  private static void trees() throws Exception {
    byte[] tree = Recordings.spec("hello", "", MachineSpec.Time.VIRTUAL).deviceTree();
    file("TREE_CUT", Arrays.copyOf(tree, 100));
    file("TREE_DAMAGED", tree);
    flip(folder.resolve("TREE_DAMAGED"), ByteBuffer.wrap(tree).getInt(8));
    file("15MIB_TREE", Arrays.copyOf(tree, 15 << 20));
  }

  private static Path image(String log) throws IOException {
    try (Stream<Path> images = Files.list(folder.resolve(log + "/images"))) {
      return images.findFirst().orElseThrow();
    }
  }

  private static void flip(Path path, long at) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(at);
      int octet = file.read();
      file.seek(at);
      file.write(~octet);
    }
  }

  private static void file(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  private static void hole(String name, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    Path file = folder.resolve("packed");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
    return Files.readAllBytes(file);
  }

  /** The header of a Linux Image that is cut before the header for EFI, which follows it. */
  private static byte[] imageHeader() {
    ByteBuffer header = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    header.putShort(0, (short) 0x5a4d).putLong(8, 0x20_0000).putLong(16, 0x10_0000);
    header.put(48, "RISCV\0\0\0RSC\5".getBytes(US_ASCII)).putInt(60, 64);
    return header.array();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void shouldSayWhatThePageSays(Line line) {
    InProcess.Result result = InProcess.vls((Object[]) replaced(line.command()).split(" "));
    assertEquals(line.code(), result.exitCode(), result::err);
    String pattern =
        Stream.of(replaced(line.sentence()).split(ANYTHING, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    assertTrue(
        Pattern.compile("vls: " + pattern + "(\n.*)?", Pattern.DOTALL)
            .matcher(result.err())
            .matches(),
        () -> result.err() + " is not " + pattern);
    assertEquals("", result.out());
  }

  private static String replaced(String text) {
    return NAME.matcher(text)
        .replaceAll(
            name ->
                switch (name.group()) {
                  case "TAKEN" -> "" + taken.getLocalPort();
                  case "CLOSED" -> "" + closed;
                  case "IMAGE" -> "IMAGE";
                  default -> folder.resolve(name.group()).toString();
                });
  }
}
