package dev.vls.log.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.log.Event;
import dev.vls.log.LogPosition;
import dev.vls.log.LogSamples;
import dev.vls.log.frame.FrameEncoder;
import dev.vls.log.frame.ManifestCodec;
import dev.vls.log.wire.WireMessage.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Both ends against a conversation in which anything was changed: octets flipped, cut, repeated,
 * invented, lengths blown up, whole messages left out, repeated or exchanged. A stream may end; it
 * may not throw, wait for what cannot come, or give anything that was not sent.
 */
@Timeout(60)
class WireFuzzTest {
  private static final long SEED = 20_261_126;
  private static final int ROUNDS = Boolean.getBoolean("vls.long") ? 20_000 : 200;
  private static final int EVENTS = 12;
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private static final byte[] MANIFEST = ManifestCodec.encode(LogSamples.manifest());
  private static final int MANIFEST_SEED = ManifestCodec.seed(MANIFEST);

  private final List<Closure> closures = new ArrayList<>();

  private static byte[] octets(WireMessage message) {
    EmbeddedChannel out = new EmbeddedChannel(new WireEncoder(new WireCounters()));
    out.writeOutbound(message);
    ByteBuf octets = out.readOutbound();
    byte[] copy = new byte[octets.readableBytes()];
    octets.readBytes(copy);
    octets.release();
    return copy;
  }

  private static EmbeddedChannel channel(WireSession session) {
    EmbeddedChannel channel = new EmbeddedChannel();
    WirePipeline.install(
        channel.pipeline(), LivenessConfig.DEFAULT, () -> 0, new WireCounters(), session);
    channel.pipeline().fireChannelActive();
    return channel;
  }

  /** Changes a conversation, mostly once. */
  private static byte[] changed(List<byte[]> messages, Random random) {
    List<byte[]> said = new ArrayList<>(messages);
    int one = random.nextInt(said.size());
    int other = random.nextInt(said.size());
    switch (random.nextInt(4)) {
      case 0 -> said.remove(one);
      case 1 -> said.add(other, said.get(one));
      case 2 -> said.set(one, said.set(other, said.get(one)));
      default -> {}
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    said.forEach(all::writeBytes);
    return random.nextInt(3) == 0 ? all.toByteArray() : damaged(all.toByteArray(), random);
  }

  private static byte[] damaged(byte[] octets, Random random) {
    int at = random.nextInt(octets.length);
    int length = Math.min(octets.length - at, 1 + random.nextInt(200));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(octets, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> octets[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> at += length;
      case 2 -> all.write(octets, at, length);
      case 3 -> {
        byte[] garbage = new byte[length];
        random.nextBytes(garbage);
        all.writeBytes(garbage);
      }
      default -> {
        return all.toByteArray(); // cut off
      }
    }
    all.write(octets, at, octets.length - at);
    return all.toByteArray();
  }

  private static void feed(EmbeddedChannel channel, byte[] octets, Random random) {
    int at = 0;
    while (at < octets.length && channel.isOpen()) {
      int length = Math.min(octets.length - at, 1 + random.nextInt(400));
      channel.writeInbound(Unpooled.copiedBuffer(octets, at, length));
      at += length;
    }
    channel.checkException();
    assertEquals(0, channel.inboundMessages().size(), "nothing goes past the session");
    channel.releaseOutbound();
    boolean _ = channel.finishAndReleaseAll();
  }

  @Test
  void shouldGiveOnlyWhatWasSentWhenTheLeaderIsHostile() throws Exception {
    List<Event> events = LogSamples.events(EVENTS, 3);
    List<byte[]> conversation = new ArrayList<>();
    conversation.add(octets(new WireMessage.Welcome(1, Role.LEADER, 0, 0, Bytes.wrap(MANIFEST))));
    conversation.add(octets(new WireMessage.Heartbeat()));
    for (int i = 0; i < EVENTS; i++) {
      FrameEncoder encoder = new FrameEncoder(MANIFEST_SEED);
      encoder.event(i, events.get(i));
      conversation.add(octets(new WireMessage.Events(Bytes.wrap(encoder.toArray()))));
      conversation.add(octets(new WireMessage.Progress(events.get(i).position(), List.of())));
    }
    int whole = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      IncomingQueue queue = new IncomingQueue();
      FollowerConfig config =
          FollowerConfig.of(NOWHERE)
              .expecting(Optional.empty(), List.of(Bytes.wrap(LogSamples.KERNEL)));
      FollowerSession session =
          new FollowerSession(config, ManifestCheck.NONE, queue, new WireCounters());
      feed(channel(session), changed(conversation, random), random);
      int next = 0;
      Incoming item = queue.take();
      while (!(item instanceof Incoming.Closed)) {
        if (item instanceof Incoming.Received received) {
          assertEquals(new Incoming.Received(next, events.get(next)), received, "round " + round);
          next++;
        }
        item = queue.take();
      }
      whole += next == EVENTS ? 1 : 0;
    }
    assertTrue(whole > 0 && whole < ROUNDS, "both kinds of rounds, found " + whole);
  }

  @Test
  void shouldEndOnceAndStayConsistentWhenTheFollowerIsHostile() throws Exception {
    List<byte[]> conversation = new ArrayList<>();
    conversation.add(
        octets(
            new WireMessage.Hello(
                1, List.of(), Role.FOLLOWER, 0, 0, Bytes.wrap(MANIFEST), List.of())));
    for (int i = 0; i <= EVENTS; i++) {
      conversation.add(octets(new WireMessage.Ack(i, LogPosition.START, 1 << 20)));
    }
    conversation.add(octets(new WireMessage.Heartbeat()));
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      closures.clear();
      Outbox outbox = new Outbox(MANIFEST_SEED, 0, LeaderListener.NONE, new WireCounters());
      outbox.ack(new WireMessage.Ack(0, LogPosition.START, 1 << 20));
      for (Event event : LogSamples.events(EVENTS, 3)) {
        long _ = outbox.put(event);
      }
      LeaderSession session =
          new LeaderSession(
              LeaderConfig.of(NOWHERE, LogSamples.manifest(), LogSamples.images()),
              LogSamples.manifest(),
              outbox,
              LeaderListener.NONE,
              new WireCounters(),
              new SoleOwner(closures));
      EmbeddedChannel channel = channel(session);
      feed(channel, changed(conversation, random), random);
      assertEquals(1, closures.size(), "round " + round);
      assertFalse(channel.isOpen());
      assertTrue(outbox.stableSequence() <= EVENTS, "round " + round);
    }
  }
}
