package dev.vls.log.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.log.LogPosition;
import dev.vls.log.Manifest.Feature;
import dev.vls.log.Sha256;
import dev.vls.log.wire.WireMessage.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireCodecTest {
  private static final Sha256 HASH = Sha256.of(new byte[] {1});

  private static final List<WireMessage> MESSAGES =
      List.of(
          new WireMessage.Hello(
              1,
              List.of(new Feature(1, "x")),
              Role.FOLLOWER,
              7,
              9,
              Bytes.wrap((byte) 5),
              List.of(HASH)),
          new WireMessage.Welcome(1, Role.LEADER, 7, 9, Bytes.wrap((byte) 6)),
          new WireMessage.Refusal(List.of("one", "two")),
          new WireMessage.ImageChunk(HASH, 5, Bytes.wrap(new byte[1 << 20])),
          new WireMessage.Events(Bytes.wrap(new byte[777])),
          new WireMessage.Ack(5, new LogPosition(1, 2), 1L << 40),
          new WireMessage.Progress(new LogPosition(3, 4), List.of(new StreamMark(2, 99))),
          new WireMessage.Heartbeat(),
          new WireMessage.Bye("because"));

  @Test
  void shouldReadBackEveryMessageWhenOctetsComeInAnyPieces() {
    Random random = new Random(1);
    EmbeddedChannel out = new EmbeddedChannel(new WireEncoder(new WireCounters()));
    EmbeddedChannel in = new EmbeddedChannel(new WireDecoder(new WireCounters()));
    for (WireMessage message : MESSAGES) {
      out.writeOutbound(message);
      ByteBuf octets = out.readOutbound();
      while (octets.isReadable()) {
        int piece = 1 + random.nextInt(Math.min(octets.readableBytes(), 100_000));
        in.writeInbound(octets.readRetainedSlice(piece));
      }
      octets.release();
      assertEquals(message, in.readInbound());
    }
    assertNull(in.readInbound());
  }

  @Test
  void shouldRefuseWhenAnyBitOfAMessageIsFlipped() {
    EmbeddedChannel out = new EmbeddedChannel(new WireEncoder(new WireCounters()));
    out.writeOutbound(MESSAGES.get(5));
    ByteBuf octets = out.readOutbound();
    for (int bit = 0; bit < octets.readableBytes() * 8; bit++) {
      ByteBuf flipped = octets.copy();
      flipped.setByte(bit / 8, flipped.getByte(bit / 8) ^ 1 << bit % 8);
      EmbeddedChannel in = new EmbeddedChannel(new WireDecoder(new WireCounters()));
      try {
        in.writeInbound(flipped);
      } catch (DecoderException e) {
        assertTrue(e.getCause().getMessage().startsWith("the peer sent"), e::toString);
      }
      assertNull(in.readInbound(), "bit " + bit);
    }
    octets.release();
  }

  @Test
  void shouldRefuseAtTheHeaderWhenALengthIsTooLarge() {
    EmbeddedChannel in = new EmbeddedChannel(new WireDecoder(new WireCounters()));
    ByteBuf header = Unpooled.buffer().writeIntLE(WireLayout.ACK << 24 | 257);
    DecoderException e = assertThrows(DecoderException.class, () -> in.writeInbound(header));
    assertTrue(e.getCause().getMessage().contains("257 octets where 256"), e::toString);
  }

  @Test
  void shouldOnlyThrowOnceWhenOctetsAreGarbage() {
    long seed = 20_260_106;
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] octets = new byte[random.nextInt(300)];
      random.nextBytes(octets);
      if (octets.length > 4 && random.nextBoolean()) {
        octets[3] = (byte) (32 + random.nextInt(9));
        octets[2] = 0;
        octets[1] = 0;
      }
      EmbeddedChannel in = new EmbeddedChannel(new WireDecoder(new WireCounters()));
      try {
        in.writeInbound(Unpooled.wrappedBuffer(octets));
      } catch (DecoderException e) {
        assertTrue(e.getCause() instanceof dev.vls.log.LogException, "seed " + seed);
        in.writeInbound(Unpooled.wrappedBuffer(octets));
      }
      assertNull(in.readInbound());
    }
  }
}
