package dev.vls.log.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import dev.vls.log.LogSamples;
import dev.vls.log.MachineConfig;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.wire.FollowerConfig.AckMode;
import dev.vls.log.wire.FollowerConfig.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both ends over real sockets. */
class LinkTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /**
   * A busy build machine may stop a process for seconds; only the tests of loss look at silence.
   */
  private static final LivenessConfig PATIENT =
      new LivenessConfig(Duration.ofMillis(100), Duration.ofSeconds(60));

  private final CountDownLatch paused = new CountDownLatch(1);
  private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
  private final CompletableFuture<Closure> closed = new CompletableFuture<>();

  private final LeaderListener listener =
      new LeaderListener() {
        @Override
        public void paused() {
          paused.countDown();
        }

        @Override
        public void refused(String detail) {
          refused.add(detail);
        }

        @Override
        public void closed(Closure closure) {
          closed.complete(closure);
        }
      };

  private LeaderLink leader;
  private FollowerLink follower;

  @AfterEach
  void closeLinks() {
    if (follower != null) {
      follower.close();
    }
    if (leader != null) {
      leader.close();
    }
  }

  private LeaderLink listen(Manifest manifest, Map<String, byte[]> images) throws LogException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return LeaderLink.listen(
        LeaderConfig.of(any, manifest, images).withLiveness(PATIENT), listener);
  }

  private FollowerConfig config() {
    return FollowerConfig.of(leader.address())
        .withTimes(PATIENT, new Retry(3, Duration.ofMillis(20)), LONG);
  }

  private void connect(long window, AckMode mode) throws Exception {
    leader = listen(LogSamples.manifest(), LogSamples.images());
    follower = FollowerLink.connect(config().withWindow(window, mode));
    assertTrue(leader.awaitFollower(LONG));
  }

  private Thread send(List<Event> events) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (Event event : events) {
                  leader.send(event);
                }
              } catch (LogException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  @Test
  void shouldDeliverEventsProgressAndTheEndInOrder() throws Exception {
    connect(1 << 20, AckMode.ON_RECEIPT);
    assertEquals(LogSamples.manifest(), follower.manifest());
    assertArrayEquals(LogSamples.KERNEL, follower.images().get("kernel"));
    List<Event> events = LogSamples.events(5000, 1);
    Thread sender = send(events);
    for (int i = 0; i < events.size(); i++) {
      assertEquals(new Incoming.Received(i, events.get(i)), follower.take());
    }
    sender.join();
    assertTrue(leader.awaitStable(events.size(), LONG));
    assertEquals(events.size(), leader.stableSequence());
    LogPosition later = new LogPosition(1L << 40, 1L << 40);
    leader.progress(later, List.of(new StreamMark(1, 55)));
    assertEquals(new Incoming.Progress(later, List.of(new StreamMark(1, 55))), follower.take());
    assertEquals(LeaderLink.State.CONNECTED, leader.state());
    assertTrue(leader.end(LogSamples.end(events), LONG));
    assertEquals(new Incoming.Ended(LogSamples.end(events)), follower.take());
    Incoming.Closed over = assertInstanceOf(Incoming.Closed.class, follower.take());
    assertEquals(Closure.Kind.ORDERLY_END, over.closure().kind());
    assertEquals(LeaderLink.State.CLOSED, leader.state());
    assertEquals(5000, leader.counters().events());
    assertEquals(leader.counters().eventBytes(), follower.counters().eventBytes());
  }

  @Test
  void shouldPauseTheLeaderWhenTheFollowerIsSlowAndGoOnWhenItTakes() throws Exception {
    connect(2000, AckMode.ON_RECEIPT);
    List<Event> events = LogSamples.events(2000, 2);
    Thread sender = send(events);
    paused.await();
    assertTrue(leader.credits() <= 0, "paused for want of credit");
    assertTrue(leader.sequence() < 1000, "it stopped long before the end");
    for (Event event : events) {
      Incoming.Received received = assertInstanceOf(Incoming.Received.class, follower.take());
      assertEquals(event, received.event());
    }
    sender.join();
    assertTrue(leader.awaitStable(events.size(), LONG));
    assertTrue(leader.counters().pauses() > 0);
  }

  @Test
  void shouldWaitForPersistenceWhenSoConfigured() throws Exception {
    connect(1 << 20, AckMode.ON_PERSISTED);
    leader.send(LogSamples.timeRebase(1, 1));
    leader.send(LogSamples.timeRebase(2, 2));
    follower.take();
    follower.take();
    assertEquals(0, leader.stableSequence());
    follower.replayed(new LogPosition(1, 1));
    follower.persisted(1);
    assertTrue(leader.awaitStable(1, LONG));
    assertEquals(1, leader.stableSequence());
    assertEquals(new LogPosition(1, 1), leader.replayed());
    follower.persisted(2);
    assertTrue(leader.awaitStable(2, LONG));
  }

  @Test
  void shouldTransferLargeImages() throws Exception {
    byte[] kernel = new byte[5_000_000];
    new Random(1).nextBytes(kernel);
    Manifest m = LogSamples.manifest();
    Manifest manifest =
        new Manifest(
            List.of(),
            "large",
            0,
            m.machine(),
            List.of(
                new Manifest.Image("kernel", "k", Sha256.of(kernel), kernel.length),
                new Manifest.Image("empty", "e", Sha256.of(new byte[0]), 0)));
    leader = listen(manifest, Map.of("kernel", kernel, "empty", new byte[0]));
    follower = FollowerLink.connect(config());
    assertArrayEquals(kernel, follower.images().get("kernel"));
    assertArrayEquals(new byte[0], follower.images().get("empty"));
  }

  @Test
  void shouldNameTheDifferenceAndGoOnListeningWhenAFollowerDoesNotMatch() throws Exception {
    leader = listen(LogSamples.manifest(), LogSamples.images());
    Manifest m = LogSamples.manifest();
    MachineConfig c = m.machine();
    MachineConfig other =
        new MachineConfig(
            c.ramBytes(),
            2,
            c.timePolicy(),
            c.instructionsPerSecond(),
            c.start(),
            c.append(),
            c.captureMode(),
            c.devices(),
            c.options());
    Manifest wrong = new Manifest(m.features(), "x", 0, other, m.images());
    LogException e =
        assertThrows(
            LogException.class,
            () -> FollowerLink.connect(config().expecting(Optional.of(wrong), List.of())));
    assertEquals(Kind.MISMATCH, e.kind());
    assertTrue(e.getMessage().contains("harts: expected 1, found 2"), e.getMessage());
    assertTrue(refused.take().contains("harts: expected 1, found 2"));
    follower = FollowerLink.connect(config().expecting(Optional.of(m), List.of()));
    assertTrue(leader.awaitFollower(LONG));
  }

  @Test
  void shouldSurviveStrangersWhenItListens() throws Exception {
    leader = listen(LogSamples.manifest(), LogSamples.images());
    long seed = 20_260_107;
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      byte[] octets = new byte[random.nextInt(5000)];
      random.nextBytes(octets);
      if (i % 3 == 0 && octets.length > 8) {
        // A header that is right, and half a message behind it.
        octets[0] = (byte) 0xff;
        octets[1] = (byte) 0xff;
        octets[2] = 1;
        octets[3] = WireLayout.HELLO;
      }
      try (Socket stranger =
          new Socket(InetAddress.getLoopbackAddress(), leader.address().getPort())) {
        stranger.getOutputStream().write(octets);
        stranger.getOutputStream().flush();
      } catch (IOException e) {
        // The leader may have closed the connection before all was written.
        assertFalse(leader.address().isUnresolved());
      }
      refused.take();
    }
    assertEquals(LeaderLink.State.LISTENING, leader.state());
    follower = FollowerLink.connect(config());
    assertTrue(leader.awaitFollower(LONG));
  }

  @Test
  void shouldTellBothSidesWhenTheOtherIsGone() throws Exception {
    connect(1 << 20, AckMode.ON_RECEIPT);
    leader.send(LogSamples.timeRebase(1, 1));
    assertTrue(leader.awaitStable(1, LONG));
    leader.close();
    assertInstanceOf(Incoming.Received.class, follower.take());
    Incoming.Closed lost = assertInstanceOf(Incoming.Closed.class, follower.take());
    assertEquals(Closure.Kind.PEER_LOST, lost.closure().kind());
    LogException e =
        assertThrows(LogException.class, () -> leader.send(LogSamples.timeRebase(2, 2)));
    assertEquals(Kind.PEER_LOST, e.kind());
  }

  @Test
  void shouldWakeAPausedLeaderWhenTheFollowerLeaves() throws Exception {
    connect(100, AckMode.ON_RECEIPT);
    CompletableFuture<LogException> failure = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (Event event : LogSamples.events(1000, 1)) {
                  leader.send(event);
                }
              } catch (LogException e) {
                failure.complete(e);
              } catch (InterruptedException e) {
                failure.completeExceptionally(e);
              }
            });
    paused.await();
    follower.close();
    assertEquals(Closure.Kind.ORDERLY_END, closed.get().kind());
    assertTrue(failure.get().getMessage().contains("the follower left"));
  }

  @Test
  void shouldGiveUpAfterTheLastAttemptWhenNobodyListens() throws Exception {
    leader = listen(LogSamples.manifest(), LogSamples.images());
    FollowerConfig config = config();
    leader.close();
    LogException e = assertThrows(LogException.class, () -> FollowerLink.connect(config));
    assertEquals(Kind.PEER_LOST, e.kind());
    assertTrue(e.getMessage().contains("after 3 attempts"), e.getMessage());
  }

  @Test
  void shouldReturnFalseWhenNoFollowerComesInTime() throws Exception {
    leader = listen(LogSamples.manifest(), LogSamples.images());
    assertFalse(leader.awaitFollower(Duration.ofMillis(1)));
  }

  @Test
  void shouldNameTheAddressWhenItIsTaken() throws Exception {
    leader = listen(LogSamples.manifest(), LogSamples.images());
    LeaderConfig same =
        LeaderConfig.of(leader.address(), LogSamples.manifest(), LogSamples.images());
    LogException e =
        assertThrows(LogException.class, () -> LeaderLink.listen(same, LeaderListener.NONE));
    assertEquals(Kind.IO, e.kind());
    assertTrue(e.getMessage().contains("cannot listen on"), e.getMessage());
  }
}
