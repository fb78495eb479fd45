package dev.vls.log.wire;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.frame.FrameLayout;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Octets of a peer, who may be anybody, to messages. Type and length are judged as soon as the
 * header is there, so nothing is kept for a message that will not be accepted; the first bad one
 * ends the stream with a {@link LogException} (PROTOCOL).
 */
final class WireDecoder extends ByteToMessageDecoder {
  private final CRC32C crc = new CRC32C();
  private final WireCounters counters;
  private boolean failed;

  WireDecoder(WireCounters counters) {
    this.counters = counters;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws LogException {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < WireLayout.HEADER_BYTES) {
      return;
    }
    int header = in.getIntLE(in.readerIndex());
    int type = header >>> 24;
    int length = header & FrameLayout.MAX_PAYLOAD_BYTES;
    checkHeader(type, length);
    if (in.readableBytes() < length + FrameLayout.OVERHEAD_BYTES) {
      return;
    }
    in.skipBytes(WireLayout.HEADER_BYTES);
    byte[] payload = new byte[length];
    in.readBytes(payload);
    checkCrc(header, payload, in.readIntLE());
    counters.received();
    out.add(decode(type, payload));
  }

  private WireMessage decode(int type, byte[] payload) throws LogException {
    try {
      return WireCodec.message(type, payload);
    } catch (LogException e) {
      failed = true;
      throw e;
    }
  }

  private void checkHeader(int type, int length) throws LogException {
    int most = WireLayout.maxPayload(type);
    if (most < 0) {
      throw fail("sent octets that are no message of a VLS stream (type " + type + ")");
    }
    if (length > most) {
      throw fail(
          "sent a message of type "
              + type
              + " with "
              + length
              + " octets where "
              + most
              + " are allowed");
    }
  }

  private void checkCrc(int header, byte[] payload, int stored) throws LogException {
    byte[] fixed = new byte[WireLayout.HEADER_BYTES];
    FrameLayout.putInt32(fixed, 0, header);
    crc.reset();
    crc.update(fixed, 0, fixed.length);
    crc.update(payload, 0, payload.length);
    if ((int) crc.getValue() != stored) {
      throw fail("sent a message whose checksum is wrong");
    }
  }

  private LogException fail(String what) {
    failed = true;
    return new LogException(Kind.PROTOCOL, "the peer " + what);
  }
}
