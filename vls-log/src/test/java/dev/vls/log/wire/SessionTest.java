package dev.vls.log.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogPosition;
import dev.vls.log.LogSamples;
import dev.vls.log.MachineConfig;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.frame.FrameEncoder;
import dev.vls.log.frame.ManifestCodec;
import dev.vls.log.wire.FollowerConfig.AckMode;
import dev.vls.log.wire.WireMessage.Role;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Each end of the stream against a peer that says what it should not; messages are handed over
 * without a socket.
 */
class SessionTest {
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private static final byte[] MANIFEST = ManifestCodec.encode(LogSamples.manifest());
  private static final int SEED = ManifestCodec.seed(MANIFEST);

  private final List<Closure> closures = new ArrayList<>();
  private final Outbox outbox = new Outbox(SEED, 0, LeaderListener.NONE, new WireCounters());
  private final IncomingQueue queue = new IncomingQueue();

  private EmbeddedChannel leader() {
    LeaderConfig config = LeaderConfig.of(NOWHERE, LogSamples.manifest(), LogSamples.images());
    return new EmbeddedChannel(
        new LeaderSession(
            config,
            LogSamples.manifest(),
            outbox,
            LeaderListener.NONE,
            new WireCounters(),
            new SoleOwner(closures)));
  }

  private static WireMessage.Hello hello(byte[] manifest) {
    return new WireMessage.Hello(
        1, List.of(), Role.FOLLOWER, 0, 0, Bytes.wrap(manifest), List.of());
  }

  private static String refusal(EmbeddedChannel leader, WireMessage.Hello hello) {
    leader.writeInbound(hello);
    WireMessage.Refusal refusal =
        assertInstanceOf(WireMessage.Refusal.class, leader.readOutbound());
    assertFalse(leader.isOpen());
    return String.join("; ", refusal.reasons());
  }

  @Test
  void shouldNameTheVersionWhenItDiffers() {
    WireMessage.Hello later =
        new WireMessage.Hello(2, List.of(), Role.FOLLOWER, 0, 0, Bytes.EMPTY, List.of());
    assertEquals("wire version: expected 1, found 2", refusal(leader(), later));
    assertEquals(Closure.Kind.MISMATCH, closures.getFirst().kind());
  }

  @Test
  void shouldNameRoleEpochAndSequenceWhenTheyDiffer() {
    WireMessage.Hello other =
        new WireMessage.Hello(1, List.of(), Role.LEADER, 3, 8, Bytes.EMPTY, List.of());
    assertEquals(
        "role: expected FOLLOWER, found LEADER; epoch: expected at most 0, found 3;"
            + " next event: expected 0, found 8",
        refusal(leader(), other));
  }

  @Test
  void shouldNameTheImageAndTheConfigurationWhenTheyDiffer() {
    Manifest m = LogSamples.manifest();
    MachineConfig c = m.machine();
    Sha256 hash = Sha256.of(new byte[9]);
    Manifest other =
        new Manifest(
            m.features(),
            "another creator does not matter",
            5,
            new MachineConfig(
                c.ramBytes() * 2,
                c.harts(),
                c.timePolicy(),
                c.instructionsPerSecond(),
                c.start(),
                c.append(),
                c.captureMode(),
                c.devices(),
                MachineConfig.sorted(Map.of("quantum", "5"))),
            List.of(new Manifest.Image("kernel", "x", hash, LogSamples.KERNEL.length)));
    assertEquals(
        "RAM bytes: expected 268435456, found 536870912; option quantum: expected 10000, found 5;"
            + " image kernel sha256: expected "
            + Sha256.of(LogSamples.KERNEL)
            + ", found "
            + hash,
        refusal(leader(), hello(ManifestCodec.encode(other))));
  }

  @Test
  void shouldRefuseWhenTheManifestIsGarbage() {
    assertTrue(refusal(leader(), hello(new byte[40])).contains("not the manifest of a log"));
  }

  @Test
  void shouldSendImagesAndOpenWhenTheFollowerHasNone() {
    EmbeddedChannel leader = leader();
    leader.writeInbound(hello(new byte[0]));
    WireMessage.Welcome welcome =
        assertInstanceOf(WireMessage.Welcome.class, leader.readOutbound());
    assertEquals(Bytes.wrap(MANIFEST), welcome.manifestFile());
    WireMessage.ImageChunk chunk =
        assertInstanceOf(WireMessage.ImageChunk.class, leader.readOutbound());
    assertEquals(Bytes.wrap(LogSamples.KERNEL), chunk.octets());
    leader.writeInbound(new WireMessage.Ack(0, LogPosition.START, 100));
    assertEquals(100, outbox.credits());
    assertTrue(leader.isOpen());
  }

  @Test
  void shouldDropAFollowerThatSpeaksOutOfTurn() {
    List<WireMessage> wrong =
        List.of(
            new WireMessage.Ack(0, LogPosition.START, 1),
            new WireMessage.Welcome(1, Role.LEADER, 0, 0, Bytes.EMPTY),
            new WireMessage.Events(Bytes.wrap((byte) 1)),
            new WireMessage.Progress(LogPosition.START, List.of()));
    for (WireMessage message : wrong) {
      EmbeddedChannel leader = leader();
      leader.writeInbound(message);
      assertFalse(leader.isOpen());
      assertEquals(Closure.Kind.PROTOCOL, closures.getLast().kind());
    }
  }

  @Test
  void shouldDropAFollowerThatAcknowledgesWhatWasNeverSent() {
    EmbeddedChannel leader = leader();
    leader.writeInbound(hello(new byte[0]));
    leader.writeInbound(new WireMessage.Ack(0, LogPosition.START, 100));
    leader.writeInbound(new WireMessage.Ack(1, LogPosition.START, 100));
    assertFalse(leader.isOpen());
    assertEquals(Closure.Kind.PROTOCOL, closures.getFirst().kind());
  }

  @Test
  void shouldDropAFollowerThatIsSilentInTheHandshake() {
    EmbeddedChannel leader = leader();
    leader.freezeTime();
    leader.advanceTimeBy(6, TimeUnit.SECONDS);
    leader.runScheduledPendingTasks();
    assertFalse(leader.isOpen());
    assertTrue(closures.getFirst().detail().contains("handshake"), closures::toString);
  }

  private EmbeddedChannel follower(long window) {
    FollowerConfig config =
        FollowerConfig.of(NOWHERE)
            .expecting(Optional.empty(), List.of(Bytes.wrap(LogSamples.KERNEL)))
            .withWindow(window, AckMode.ON_RECEIPT);
    return new EmbeddedChannel(
        new FollowerSession(config, ManifestCheck.NONE, queue, new WireCounters()));
  }

  private static WireMessage.Welcome welcome() {
    return new WireMessage.Welcome(1, Role.LEADER, 0, 0, Bytes.wrap(MANIFEST));
  }

  private static Bytes frames(List<Event> events) {
    FrameEncoder encoder = new FrameEncoder(SEED);
    for (int i = 0; i < events.size(); i++) {
      encoder.event(i, events.get(i));
    }
    return Bytes.wrap(encoder.toArray());
  }

  private Closure closure() {
    return queue.closure().orElseThrow();
  }

  @Test
  void shouldAcknowledgeEachBatchOnceAndGiveEventsInOrder() throws InterruptedException {
    EmbeddedChannel follower = follower(1 << 20);
    assertInstanceOf(WireMessage.Hello.class, follower.readOutbound());
    follower.writeInbound(welcome());
    assertEquals(new WireMessage.Ack(0, LogPosition.START, 1 << 20), follower.readOutbound());
    List<Event> events = LogSamples.events(30, 1);
    byte[] octets = frames(events).shared();
    for (int at = 0; at < octets.length; at += 100) {
      int length = Math.min(100, octets.length - at);
      follower.writeInbound(new WireMessage.Events(Bytes.copyOf(octets, at, length)));
    }
    WireMessage.Ack last = null;
    for (Object ack = follower.readOutbound(); ack != null; ack = follower.readOutbound()) {
      last = (WireMessage.Ack) ack;
    }
    assertEquals(30, last.stableSequence());
    for (int i = 0; i < events.size(); i++) {
      assertEquals(new Incoming.Received(i, events.get(i)), queue.take());
    }
    assertEquals(Optional.empty(), queue.poll(0));
  }

  @Test
  void shouldGiveWhatIsWholeAndThenTheReasonWhenTheLeaderDiesInAnEvent()
      throws InterruptedException {
    EmbeddedChannel follower = follower(1 << 20);
    follower.writeInbound(welcome());
    List<Event> events = LogSamples.events(10, 2);
    Bytes octets = frames(events);
    follower.writeInbound(
        new WireMessage.Events(Bytes.copyOf(octets.shared(), 0, octets.length() - 1)));
    follower.writeInbound(new WireMessage.Progress(new LogPosition(1, 1), List.of()));
    ChannelFuture _ = follower.close();
    for (int i = 0; i < 9; i++) {
      assertEquals(new Incoming.Received(i, events.get(i)), queue.take());
    }
    assertInstanceOf(Incoming.Progress.class, queue.take());
    for (int i = 0; i < 2; i++) {
      Incoming.Closed closed = assertInstanceOf(Incoming.Closed.class, queue.take());
      assertEquals(Closure.Kind.PEER_LOST, closed.closure().kind());
    }
  }

  @Test
  void shouldDropALeaderThatSendsMoreThanItWasGranted() {
    EmbeddedChannel follower = follower(100);
    follower.writeInbound(welcome());
    follower.writeInbound(new WireMessage.Events(frames(LogSamples.events(30, 1))));
    assertEquals(Closure.Kind.PROTOCOL, closure().kind());
    assertTrue(closure().detail().contains("granted"), closure().detail());
  }

  @Test
  void shouldDropALeaderWhoseFramesAreDamagedOrSealed() {
    Bytes good = frames(LogSamples.events(5, 1));
    byte[] damaged = good.toArray();
    damaged[damaged.length / 2] ^= 1;
    FrameEncoder sealed = new FrameEncoder(SEED);
    sealed.seal(0, 0, 0, 0);
    for (byte[] octets : List.of(damaged, sealed.toArray(), new byte[] {1, 2, 3, 77})) {
      IncomingQueue fresh = new IncomingQueue();
      EmbeddedChannel follower =
          new EmbeddedChannel(
              new FollowerSession(
                  FollowerConfig.of(NOWHERE)
                      .expecting(Optional.empty(), List.of(Bytes.wrap(LogSamples.KERNEL))),
                  ManifestCheck.NONE,
                  fresh,
                  new WireCounters()));
      follower.writeInbound(welcome());
      follower.writeInbound(new WireMessage.Events(Bytes.wrap(octets)));
      assertFalse(follower.isOpen());
      assertEquals(Closure.Kind.PROTOCOL, fresh.closure().orElseThrow().kind());
    }
  }

  @Test
  void shouldNameTheHashWhenAnImageIsNotWhatTheManifestSays() {
    IncomingQueue fresh = new IncomingQueue();
    FollowerSession session =
        new FollowerSession(
            FollowerConfig.of(NOWHERE), ManifestCheck.NONE, fresh, new WireCounters());
    EmbeddedChannel follower = new EmbeddedChannel(session);
    follower.writeInbound(welcome());
    byte[] wrong = LogSamples.KERNEL.clone();
    wrong[0] ^= 1;
    follower.writeInbound(
        new WireMessage.ImageChunk(Sha256.of(LogSamples.KERNEL), 0, Bytes.wrap(wrong)));
    Closure closure = fresh.closure().orElseThrow();
    assertEquals(Closure.Kind.MISMATCH, closure.kind());
    assertEquals(
        "image kernel sha256: expected "
            + Sha256.of(LogSamples.KERNEL)
            + ", found "
            + Sha256.of(wrong),
        closure.detail());
    assertTrue(session.opened().isCompletedExceptionally());
  }

  @Test
  void shouldRefuseALeaderOfAnOlderEpochOrAnotherMachine() {
    FollowerConfig config = FollowerConfig.of(NOWHERE).startingAt(4, 0);
    EmbeddedChannel follower =
        new EmbeddedChannel(
            new FollowerSession(config, ManifestCheck.NONE, queue, new WireCounters()));
    follower.writeInbound(welcome());
    assertEquals(Closure.Kind.MISMATCH, closure().kind());
    assertTrue(closure().detail().contains("epoch: expected at least 4, found 0"));
  }

  @Test
  void shouldEndInOrderWhenTheLeaderSaysGoodbye() throws InterruptedException {
    EmbeddedChannel follower = follower(1 << 20);
    follower.writeInbound(welcome());
    FrameEncoder encoder = new FrameEncoder(SEED);
    encoder.end(LogSamples.end(List.of()), 0, 0);
    follower.writeInbound(new WireMessage.Events(Bytes.wrap(encoder.toArray())));
    follower.writeInbound(new WireMessage.Bye("done"));
    assertEquals(new Incoming.Ended(LogSamples.end(List.of())), queue.take());
    Incoming.Closed closed = assertInstanceOf(Incoming.Closed.class, queue.take());
    assertEquals(Closure.Kind.ORDERLY_END, closed.closure().kind());
  }

  @Test
  void shouldTellStableOnlyWhenPersistedIfSoConfigured() throws LogException {
    FollowerConfig config =
        FollowerConfig.of(NOWHERE)
            .expecting(Optional.empty(), List.of(Bytes.wrap(LogSamples.KERNEL)))
            .withWindow(1 << 20, AckMode.ON_PERSISTED);
    FollowerSession session =
        new FollowerSession(config, ManifestCheck.NONE, queue, new WireCounters());
    EmbeddedChannel follower = new EmbeddedChannel(session);
    follower.writeInbound(welcome());
    follower.writeInbound(new WireMessage.Events(frames(LogSamples.events(5, 1))));
    follower.releaseOutbound();
    session.persisted(3);
    follower.runPendingTasks();
    WireMessage.Ack ack = null;
    for (Object m = follower.readOutbound(); m != null; m = follower.readOutbound()) {
      ack = m instanceof WireMessage.Ack a ? a : ack;
    }
    assertEquals(3, ack.stableSequence());
  }
}
