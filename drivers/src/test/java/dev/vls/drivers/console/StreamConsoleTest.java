package dev.vls.drivers.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.drivers.GuestRun;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simple back-ends with a real guest that echoes lines. */
class StreamConsoleTest {
  private static final String TALK = "one\ntwo words\nquit\n";
  private static final String ANSWERS = "ECHO READY\n1 3 one\n2 9 two words\nbye\n";

  private static Outcome finish(CompletableFuture<Outcome> run) throws Exception {
    return run.get(60, TimeUnit.SECONDS);
  }

  private static void unexpected(HostException problem) {
    fail(problem);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldCarryBytesBothWaysWhenOnStreams() throws Exception {
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StdioConsole console =
        new StdioConsole(
            new ByteArrayInputStream(bytes(TALK)), output, StreamConsoleTest::unexpected);
    guest.domain.attach("console", console);
    assertEquals(new Outcome.PoweredOff(0), finish(guest.start()));
    console.close();
    assertEquals(ANSWERS, output.toString(StandardCharsets.UTF_8));
  }

  @Test
  void shouldLoseNothingWhenLongInputWaitsForTheGuest() throws Exception {
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    StringBuilder talk = new StringBuilder();
    StringBuilder expected = new StringBuilder("ECHO READY\n");
    for (int i = 1; i <= 2000; i++) {
      String line = "line " + i * 7919;
      talk.append(line).append('\n');
      expected.append(i + " " + line.length() + " " + line + "\n");
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StdioConsole console =
        new StdioConsole(
            new ByteArrayInputStream(bytes(talk + "quit\n")),
            output,
            StreamConsoleTest::unexpected);
    guest.domain.attach("console", console);
    assertEquals(new Outcome.PoweredOff(0), finish(guest.start()));
    console.close();
    assertEquals(expected + "bye\n", output.toString(StandardCharsets.UTF_8));
  }

  @Test
  void shouldSayOnceThatOutputIsLostAndLetTheGuestRunOn() throws Exception {
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    List<String> problems = new CopyOnWriteArrayList<>();
    StdioConsole console =
        new StdioConsole(
            new ByteArrayInputStream(bytes(TALK)),
            broken,
            problem -> problems.add(problem.getMessage()));
    guest.domain.attach("console", console);
    assertEquals(new Outcome.PoweredOff(0), finish(guest.start()));
    console.close();
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().contains("Broken pipe"), problems.getFirst());
  }

  @Test
  void shouldWriteAFile(@TempDir Path folder) throws Exception {
    GuestRun guest = new GuestRun("hello", "", CaptureMode.STRICT);
    Path file = folder.resolve("console");
    FileConsole console = new FileConsole(file, StreamConsoleTest::unexpected);
    guest.domain.attach("console", console);
    assertEquals(new Outcome.PoweredOff(0), finish(guest.start()));
    console.close();
    String text = Files.readString(file);
    assertTrue(text.toLowerCase(Locale.ROOT).contains("hello"), text);
  }

  @Test
  void shouldServeOneClientAfterTheOtherWhenOnTcp() throws Exception {
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    SocketConsole console =
        SocketConsole.tcp(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            StreamConsoleTest::unexpected);
    guest.domain.attach("console", console);
    CompletableFuture<Outcome> run = guest.start();
    InetSocketAddress address = (InetSocketAddress) console.address();
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      client.getOutputStream().write(bytes("one\n"));
      String first = "ECHO READY\n1 3 one\n";
      byte[] read = client.getInputStream().readNBytes(first.length());
      assertEquals(first, new String(read, StandardCharsets.UTF_8));
    }
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      client.getOutputStream().write(bytes("two words\nquit\n"));
      client.shutdownOutput();
      assertEquals(new Outcome.PoweredOff(0), finish(run));
      console.close();
      String rest = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals("2 9 two words\nbye\n", rest);
    }
  }

  @Test
  void shouldKeepOutputForTheFirstClientAndReplaceAStaleSocketWhenOnAUnixSocket(
      @TempDir Path folder) throws Exception {
    Path path = folder.resolve("con");
    SocketConsole stale = SocketConsole.unix(path, StreamConsoleTest::unexpected);
    Path kept = folder.resolve("kept");
    Files.createLink(kept, path);
    stale.close();
    Files.move(kept, path);
    SocketConsole console = SocketConsole.unix(path, StreamConsoleTest::unexpected);
    GuestRun guest = new GuestRun("hello", "", CaptureMode.STRICT);
    guest.domain.attach("console", console);
    assertEquals(new Outcome.PoweredOff(0), finish(guest.start()));
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      while (!new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
          .contains("\n")) {
        assertTrue(client.read(buffer) > 0);
      }
    }
    console.close();
    assertTrue(Files.notExists(path));
  }
}
