package dev.vls.drivers.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.GuestRun;
import dev.vls.drivers.RecordedEvents;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The relay with real guests and real sockets. Lines go in, numbered answers come out: a byte lost
 * or doubled shows.
 */
class RelayTest {
  private static final long SEED = Long.getLong("vls.seed", 20260201L);
  private static final int RETAIN = 1 << 20;
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** What a client has received. */
  private static final class Transcript {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<String> done = new CompletableFuture<>();
    private final CountDownLatch half;
    private final int halfway;

    Transcript(int halfway) {
      this.halfway = halfway;
      half = new CountDownLatch(1);
    }

    void take(byte[] bytes) {
      text.append(new String(bytes, StandardCharsets.UTF_8));
      if (text.length() >= halfway) {
        half.countDown();
      }
      if (text.indexOf("bye\n") >= 0) {
        done.complete(text.toString());
      }
    }

    String await() throws Exception {
      return done.get(60, TimeUnit.SECONDS);
    }
  }

  private static String talk(int lines) {
    StringBuilder talk = new StringBuilder();
    for (int i = 1; i <= lines; i++) {
      talk.append("line " + i * 7919 + "\n");
    }
    return talk + "quit\n";
  }

  private static String answers(int lines) {
    StringBuilder text = new StringBuilder("ECHO READY\n");
    for (int i = 1; i <= lines; i++) {
      String line = "line " + i * 7919;
      text.append(i + " " + line.length() + " " + line + "\n");
    }
    return text + "bye\n";
  }

  private static void send(RelayClient client, String text, SplittableRandom random)
      throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int at = 0;
    while (at < bytes.length) {
      int count = Math.min(bytes.length - at, 1 + random.nextInt(300));
      client.send(Arrays.copyOfRange(bytes, at, at + count));
      at += count;
    }
  }

  @Test
  void shouldCarryBothStreamsOnceAndInOrderWhenConnectionsDrop() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    RelayConsole relay = new RelayConsole(RETAIN, offset -> {});
    guest.domain.attach("console", relay);
    InetSocketAddress address = relay.goLive(ANY);
    CompletableFuture<Outcome> run = guest.start();
    Transcript transcript = new Transcript(0);
    CompletableFuture<RelayClient> self = new CompletableFuture<>();
    SplittableRandom drops = random.split();
    try (RelayClient client =
        RelayClient.start(
            List.of(address),
            RelayClientConfig.DEFAULT,
            bytes -> {
              transcript.take(bytes);
              if (drops.nextInt(3) == 0) {
                self.join().dropConnection();
              }
            },
            problem -> transcript.done.completeExceptionally(problem))) {
      self.complete(client);
      send(client, talk(3000), random);
      assertEquals(answers(3000), transcript.await(), "seed " + SEED);
      assertEquals(new Outcome.PoweredOff(0), run.get(60, TimeUnit.SECONDS));
      assertTrue(client.connections() > 1, client.connections() + " connections, seed " + SEED);
    }
    relay.close();
  }

  @Test
  void shouldCarryBothStreamsOnceAndInOrderWhenTheLeaderDies() throws Exception {
    for (long seed = SEED; seed < SEED + 5; seed++) {
      failover(seed);
    }
  }

  private static void failover(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int lines = 1000;
    RecordedEvents log = new RecordedEvents();
    GuestRun leader = new GuestRun("echo", "", CaptureMode.STRICT, OutputGate.Release.STABLE);
    leader.domain.observe(log);
    leader.domain.observe((at, event) -> leader.domain.gate().stable(log.size()));
    RelayConsole first = new RelayConsole(RETAIN, offset -> {});
    leader.domain.attach("console", first);
    InetSocketAddress firstAddress = first.goLive(ANY);
    InetSocketAddress secondAddress = freeAddress();
    CompletableFuture<Outcome> leaderRun = leader.start();

    Transcript transcript = new Transcript(random.nextInt(answers(lines).length()));
    try (RelayClient client =
        RelayClient.start(
            List.of(firstAddress, secondAddress),
            RelayClientConfig.DEFAULT,
            transcript::take,
            problem -> transcript.done.completeExceptionally(problem))) {
      Thread sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      send(client, talk(lines), random.split());
                    } catch (Exception problem) {
                      transcript.done.completeExceptionally(problem);
                    }
                  });
      assertTrue(transcript.half.await(60, TimeUnit.SECONDS), "seed " + seed);
      leader.domain.stop("killed");
      leaderRun.get(60, TimeUnit.SECONDS);
      first.abort();

      GuestRun follower = new GuestRun("echo", "", CaptureMode.STRICT);
      RelayConsole second = new RelayConsole(RETAIN, offset -> {});
      follower.domain.attach("console", second);
      assertEquals(
          new Outcome.Ended("replayed"),
          follower.start(log.replay()).get(60, TimeUnit.SECONDS),
          "seed " + seed);
      second.goLive(secondAddress);
      CompletableFuture<Outcome> rest = follower.start();
      assertEquals(answers(lines), transcript.await(), "seed " + seed);
      assertEquals(new Outcome.PoweredOff(0), rest.get(60, TimeUnit.SECONDS));
      sender.join();
      assertTrue(client.awaitAccepted(60_000));
      second.close();
    }
  }

  private static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(ANY);
      return (InetSocketAddress) probe.getLocalSocketAddress();
    }
  }

  /**
   * A host that takes connections and says nothing, as one does that hangs: the client goes on to
   * the next.
   */
  @Test
  void shouldLeaveAHostThatIsSilent() throws Exception {
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    RelayConsole relay = new RelayConsole(RETAIN, offset -> {});
    guest.domain.attach("console", relay);
    InetSocketAddress address = relay.goLive(ANY);
    CompletableFuture<Outcome> run = guest.start();
    Transcript transcript = new Transcript(0);
    try (ServerSocket silent = new ServerSocket()) {
      silent.bind(ANY);
      try (RelayClient client =
          RelayClient.start(
              List.of((InetSocketAddress) silent.getLocalSocketAddress(), address),
              new RelayClientConfig(1, 10, 60_000, 2000, 1 << 20),
              transcript::take,
              problem -> transcript.done.completeExceptionally(problem))) {
        client.send("quit\n".getBytes(StandardCharsets.UTF_8));
        assertEquals("ECHO READY\nbye\n", transcript.await());
      }
    }
    assertEquals(new Outcome.PoweredOff(0), run.get(60, TimeUnit.SECONDS));
    relay.close();
  }

  /** Two that both came back would drive each other out for ever. */
  @Test
  void shouldStopAClientWhosePlaceIsTaken() throws Exception {
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    RelayConsole relay = new RelayConsole(RETAIN, offset -> {});
    guest.domain.attach("console", relay);
    InetSocketAddress address = relay.goLive(ANY);
    CompletableFuture<Outcome> run = guest.start();
    CompletableFuture<HostException> failure = new CompletableFuture<>();
    CompletableFuture<Void> served = new CompletableFuture<>();
    Transcript transcript = new Transcript(0);
    try (RelayClient first =
            RelayClient.start(
                List.of(address),
                RelayClientConfig.DEFAULT,
                bytes -> served.complete(null),
                failure::complete);
        RelayClient second = second(served, address, transcript)) {
      String sentence = failure.get(60, TimeUnit.SECONDS).getMessage();
      assertTrue(sentence.contains("another client"), sentence);
      assertThrows(HostException.class, () -> first.send(new byte[1]));
      second.send("quit\n".getBytes(StandardCharsets.UTF_8));
      assertTrue(transcript.await().endsWith("bye\n"));
      assertTrue(second.connections() <= 2, "driven out once at most");
    }
    assertEquals(new Outcome.PoweredOff(0), run.get(60, TimeUnit.SECONDS));
    relay.close();
  }

  private static RelayClient second(
      CompletableFuture<Void> after, InetSocketAddress address, Transcript transcript)
      throws Exception {
    after.get(60, TimeUnit.SECONDS);
    return RelayClient.start(
        List.of(address),
        RelayClientConfig.DEFAULT,
        transcript::take,
        problem -> transcript.done.completeExceptionally(problem));
  }

  @Test
  void shouldFailWithOneSentenceWhenNobodyServes() throws Exception {
    CompletableFuture<HostException> failure = new CompletableFuture<>();
    try (RelayClient client =
        RelayClient.start(
            List.of(freeAddress()),
            new RelayClientConfig(1, 10, 50, 2000, 100),
            bytes -> {},
            failure::complete)) {
      String sentence = failure.get(30, TimeUnit.SECONDS).getMessage();
      assertTrue(sentence.contains("no host has served the console"), sentence);
      assertThrows(HostException.class, () -> client.send(new byte[1]));
    }
  }

  /** A relay whose guest waits for input, and what it answers to a client that does not behave. */
  private static String refusal(byte[]... frames) throws Exception {
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    RelayConsole relay = new RelayConsole(RETAIN, offset -> {});
    guest.domain.attach("console", relay);
    InetSocketAddress address = relay.goLive(ANY);
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      for (byte[] frame : frames) {
        out.write(frame);
      }
      out.flush();
      return closeReason(new DataInputStream(socket.getInputStream()));
    } finally {
      relay.close();
    }
  }

  private static String closeReason(DataInputStream in) throws IOException {
    while (true) {
      byte[] frame = in.readNBytes(in.readInt());
      if (frame[0] == RelayLayout.CLOSE) {
        return new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8);
      }
    }
  }

  private static byte[] frame(int type, long... longs) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(1 + 8 * longs.length);
    out.writeByte(type);
    for (long value : longs) {
      out.writeLong(value);
    }
    return bytes.toByteArray();
  }

  private static byte[] hello(int magic, int version, long output, long input) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(23);
    out.writeByte(RelayLayout.HELLO);
    out.writeInt(magic);
    out.writeShort(version);
    out.writeLong(output);
    out.writeLong(input);
    return bytes.toByteArray();
  }

  @Test
  void shouldSayWhyWhenAClientMisbehaves() throws Exception {
    byte[] join = hello(RelayLayout.MAGIC, 1, -1, -1);
    assertTrue(refusal(hello(1, 1, 0, 0)).contains("greeting"));
    assertTrue(refusal(hello(RelayLayout.MAGIC, 9, 0, 0)).contains("version"));
    assertTrue(refusal(hello(RelayLayout.MAGIC, 1, -5, 0)).contains("negative"));
    assertTrue(refusal(hello(RelayLayout.MAGIC, 1, 99, 0)).contains("bytes of output exist"));
    assertTrue(refusal(hello(RelayLayout.MAGIC, 1, 0, 99)).contains("missing"));
    assertTrue(refusal(frame(RelayLayout.INPUT, 0, 0)).contains("out of place"));
    assertTrue(refusal(join, join).contains("out of place"));
    assertTrue(refusal(join, frame(RelayLayout.INPUT, 7, 0)).contains("does not follow"));
    assertTrue(refusal(join, frame(RelayLayout.INPUT, 0)).contains("bytes of data"));
    assertTrue(refusal(join, frame(RelayLayout.OUTPUT_ACK, 7)).contains("never sent"));
    assertTrue(refusal(join, frame(RelayLayout.OUTPUT_ACK)).contains("wrong length"));
    assertTrue(refusal(join, frame(99, 0)).contains("unknown type"));
    assertTrue(refusal(join, new byte[] {0x7f, -1, -1, -1, 0}).contains("protocol"));
    assertTrue(refusal(join, new byte[] {0, 0, 0, 0}).contains("without a type"));
  }

  @Test
  void shouldCloseEveryConnectionOfGarbage() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    GuestRun guest = new GuestRun("echo", "", CaptureMode.STRICT);
    RelayConsole relay = new RelayConsole(RETAIN, offset -> {});
    guest.domain.attach("console", relay);
    InetSocketAddress address = relay.goLive(ANY);
    CompletableFuture<Outcome> run = guest.start();
    for (int i = 0; i < 200; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      if (garbage.length > 4 && random.nextBoolean()) {
        garbage[0] = 0;
        garbage[1] = 0;
        garbage[2] = 0;
        garbage[4] = (byte) random.nextInt(10);
      }
      try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
        if (random.nextBoolean()) {
          socket.getOutputStream().write(hello(RelayLayout.MAGIC, 1, -1, -1));
        }
        socket.getOutputStream().write(garbage);
      } catch (IOException closedOnUs) {
        assertFalse(run.isDone(), "seed " + SEED);
      }
    }
    Transcript transcript = new Transcript(0);
    try (RelayClient client =
        RelayClient.start(
            List.of(address),
            RelayClientConfig.DEFAULT,
            transcript::take,
            problem -> transcript.done.completeExceptionally(problem))) {
      client.send("\nquit\n".getBytes(StandardCharsets.UTF_8));
      transcript.await();
    }
    relay.close();
  }
}
