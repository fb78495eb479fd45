package dev.vls.drivers.console;

import static dev.vls.drivers.console.RelayLayout.*;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Bytes to frames; both ends. Whatever is not a frame of the protocol is a {@link
 * io.netty.handler.codec.DecoderException}.
 */
final class RelayDecoder extends LengthFieldBasedFrameDecoder {
  private static final int OFFSET_BYTES = 8;
  private static final int HELLO_BYTES = 4 + 2 + 2 * OFFSET_BYTES;
  private static final int WELCOME_BYTES = 2 + 2 * OFFSET_BYTES;

  RelayDecoder() {
    super(MAX_FRAME + LENGTH_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
  }

  @Override
  protected Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
    ByteBuf frame = (ByteBuf) super.decode(context, in);
    if (frame == null) {
      return null;
    }
    try {
      require(frame.isReadable(), "a frame without a type");
      return decode(frame.readUnsignedByte(), frame);
    } finally {
      frame.release();
    }
  }

  private static RelayFrame decode(int type, ByteBuf in) {
    return switch (type) {
      case HELLO -> hello(in);
      case WELCOME -> {
        length(in, WELCOME_BYTES);
        yield new RelayFrame.Welcome(in.readUnsignedShort(), offset(in), offset(in));
      }
      case OUTPUT -> new RelayFrame.Output(offset(in), data(in));
      case INPUT -> new RelayFrame.Input(offset(in), data(in));
      case OUTPUT_ACK -> {
        length(in, OFFSET_BYTES);
        yield new RelayFrame.OutputAck(offset(in));
      }
      case INPUT_ACK -> {
        length(in, OFFSET_BYTES);
        yield new RelayFrame.InputAck(offset(in));
      }
      case END -> {
        length(in, OFFSET_BYTES);
        yield new RelayFrame.End(offset(in));
      }
      case REPLACED -> {
        length(in, 0);
        yield new RelayFrame.Replaced();
      }
      case CLOSE -> {
        require(in.readableBytes() <= MAX_REASON, "a reason of " + in.readableBytes() + " bytes");
        yield new RelayFrame.Close(in.toString(StandardCharsets.UTF_8));
      }
      default -> throw new CorruptedFrameException("a frame of unknown type " + type);
    };
  }

  private static RelayFrame hello(ByteBuf in) {
    length(in, HELLO_BYTES);
    require(in.readInt() == MAGIC, "a greeting that is not the console relay's");
    int version = in.readUnsignedShort();
    return new RelayFrame.Hello(version, position(in), position(in));
  }

  /** Returns an offset or {@link RelayLayout#ANYWHERE}. */
  private static long position(ByteBuf in) {
    long value = in.readLong();
    require(value >= ANYWHERE, "a negative offset");
    return value;
  }

  private static long offset(ByteBuf in) {
    require(in.readableBytes() >= OFFSET_BYTES, "a frame that is too short");
    long value = in.readLong();
    require(value >= 0, "a negative offset");
    return value;
  }

  private static byte[] data(ByteBuf in) {
    require(
        in.isReadable() && in.readableBytes() <= MAX_DATA,
        in.readableBytes() + " bytes of data in one frame");
    byte[] bytes = new byte[in.readableBytes()];
    in.readBytes(bytes);
    return bytes;
  }

  private static void length(ByteBuf in, int expected) {
    require(in.readableBytes() == expected, "a frame of the wrong length");
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new CorruptedFrameException(problem);
    }
  }
}
