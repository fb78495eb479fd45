package dev.vls.log.wire;

import dev.vls.log.frame.FrameLayout;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import java.util.zip.CRC32C;

/** Messages to octets. */
final class WireEncoder extends MessageToByteEncoder<WireMessage> {
  private final CRC32C crc = new CRC32C();
  private final WireCounters counters;
  private final byte[] fixed = new byte[WireLayout.HEADER_BYTES];

  WireEncoder(WireCounters counters) {
    this.counters = counters;
  }

  @Override
  protected void encode(ChannelHandlerContext ctx, WireMessage message, ByteBuf out) {
    byte[] payload = WireCodec.payload(message);
    int type = WireCodec.type(message);
    if (payload.length > WireLayout.maxPayload(type)) {
      throw new IllegalArgumentException(
          "a message of type " + type + " has " + payload.length + " octets, too many");
    }
    FrameLayout.putHeader(fixed, 0, type, payload.length);
    crc.reset();
    crc.update(fixed, 0, fixed.length);
    crc.update(payload, 0, payload.length);
    counters.sent();
    out.ensureWritable(payload.length + FrameLayout.OVERHEAD_BYTES);
    out.writeBytes(fixed).writeBytes(payload).writeIntLE((int) crc.getValue());
  }
}
