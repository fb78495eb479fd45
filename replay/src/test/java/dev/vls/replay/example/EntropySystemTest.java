package dev.vls.replay.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.LogSource;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.VirtualMachine;
import dev.vls.replay.role.Fence;
import dev.vls.replay.role.FileFence;
import dev.vls.replay.role.Leader;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example's device, live, recorded, replayed, led, followed and taken over. */
final class EntropySystemTest {
  private static final Path IMAGE =
      Path.of(System.getProperty("vls.root", ".."), "guests", "prebuilt", "entropy.elf");
  private static final String FOUR_LINES = "([0-9a-f]{32}\r?\n){4}";
  private static final Outcome GOOD = new Outcome.PoweredOff(0);
  private static final long PATIENCE_S = 120;

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final ByteArrayOutputStream other = new ByteArrayOutputStream();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void shouldPrintOtherBytesWhenRunAgain() throws Exception {
    assertEquals(GOOD, Embedding.run(Embedding.spec(IMAGE), screen));
    assertEquals(GOOD, Embedding.run(Embedding.spec(IMAGE), other));
    assertTrue(text(screen).matches(FOUR_LINES), text(screen));
    assertNotEquals(text(screen), text(other));
  }

  @Test
  void shouldPrintTheSameBytesWhenReplayed() throws Exception {
    Path log = directory.resolve("log");
    assertEquals(GOOD, Embedding.record(Embedding.spec(IMAGE), screen, log));
    LogSource replayed = Embedding.replay(log, other);
    assertTrue(text(screen).matches(FOUR_LINES), text(screen));
    assertEquals(text(screen), text(other));
    assertTrue(replayed.events() >= 4, "each answer is an event");
  }

  @Test
  void shouldReplayTheRefusalWhenTheGuestAsksForMoreThanAPage() throws Exception {
    Path log = directory.resolve("log");
    MachineSpec greedy = Embedding.spec(IMAGE).withArguments("bytes=4097");
    assertNotEquals(GOOD, Embedding.record(greedy, screen, log));
    Embedding.replay(log, other);
    assertTrue(text(screen).contains("FAIL: request 0: status -22"), text(screen));
    assertEquals(text(screen), text(other));
  }

  @Test
  void shouldShowEachAnswerWhenCommitsAreObservedAndTheLogIsRead() throws Exception {
    Path log = directory.resolve("log");
    Embedding.record(Embedding.spec(IMAGE), screen, log);
    ByteArrayOutputStream events = new ByteArrayOutputStream();
    Embedding.read(log, new PrintStream(events, true, StandardCharsets.UTF_8));
    text(screen).lines().forEach(line -> assertTrue(text(events).contains("bytes=" + line)));
    assertTrue(text(events).contains("Optional[EndFrame["), text(events));

    ByteArrayOutputStream commits = new ByteArrayOutputStream();
    try (VirtualMachine vm =
        Embedding.build(Embedding.spec(IMAGE), OutputGate.Release.IMMEDIATE, other)) {
      Embedding.observe(vm, new PrintStream(commits, true, StandardCharsets.UTF_8));
      vm.run();
    }
    // the bytes and the number of the request, for each of the four
    assertTrue(text(commits).lines().filter(line -> line.contains("2 stores")).count() >= 4);
  }

  @Test
  void shouldPrintTheSameBytesWhenFollowed() throws Exception {
    Fence fence = new FileFence(directory.resolve("fence"));
    try (VirtualMachine vm = leading();
        Leader leader = Embedding.leader(vm, anyPort(), fence, notice -> {})) {
      Future<Outcome> led = threads.submit(() -> Embedding.lead(leader));
      Optional<Outcome> takenOver = Embedding.follow(leader.address(), other, fence);
      assertEquals(Optional.empty(), takenOver);
      assertEquals(GOOD, led.get(PATIENCE_S, TimeUnit.SECONDS));
    }
    assertTrue(text(screen).matches(FOUR_LINES), text(screen));
    assertEquals(text(screen), text(other));
  }

  @Test
  void shouldGoOnElsewhereWhenTheLeaderIsLostWithARequestUnderWay() throws Exception {
    Fence fence = new FileFence(directory.resolve("fence"));
    StalledRandom random = new StalledRandom();
    try (VirtualMachine vm = leading();
        Leader leader = Embedding.leader(vm, anyPort(), fence, notice -> {})) {
      vm.attach("entropy", new EntropyBackend(random));
      Runnable loss = leader::close;
      Future<Outcome> led = threads.submit(() -> Embedding.lead(leader));
      Future<Optional<Outcome>> followed =
          threads.submit(() -> Embedding.follow(leader.address(), other, fence));
      assertTrue(random.stalled.await(PATIENCE_S, TimeUnit.SECONDS));
      loss.run();
      assertEquals(Optional.of(GOOD), followed.get(PATIENCE_S, TimeUnit.SECONDS));
      vm.stop("the test is over");
      assertThrows(ExecutionException.class, () -> led.get(PATIENCE_S, TimeUnit.SECONDS));
    } finally {
      random.released.countDown();
    }
    assertTrue(text(other).matches(FOUR_LINES), text(other));
    assertTrue(text(other).startsWith(text(screen)), text(screen) + "|" + text(other));
  }

  private VirtualMachine leading() throws Exception {
    return Embedding.build(Embedding.spec(IMAGE), OutputGate.Release.STABLE, screen);
  }

  /** Gives two requests of 16 bytes their bytes and none to the third. */
  private static final class StalledRandom implements RandomGenerator {
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public long nextLong() {
      int call = calls.incrementAndGet();
      if (call > 4) {
        stalled.countDown();
        try {
          released.await();
        } catch (InterruptedException closed) {
          Thread.currentThread().interrupt();
        }
      }
      return call;
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
