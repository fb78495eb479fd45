package dev.vls.drivers.console;

import static dev.vls.drivers.console.RelayLayout.*;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import java.nio.charset.StandardCharsets;

/** Frames to bytes; both ends. */
@Sharable
final class RelayEncoder extends MessageToByteEncoder<RelayFrame> {
  static final RelayEncoder INSTANCE = new RelayEncoder();

  private RelayEncoder() {
    super(RelayFrame.class);
  }

  @Override
  protected void encode(ChannelHandlerContext context, RelayFrame frame, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(0);
    encode(frame, out);
    out.setInt(start, out.writerIndex() - start - LENGTH_BYTES);
  }

  private static void encode(RelayFrame frame, ByteBuf out) {
    switch (frame) {
      case RelayFrame.Hello hello ->
          offsets(
              out.writeByte(HELLO).writeInt(MAGIC), hello.version(), hello.output(), hello.input());
      case RelayFrame.Welcome welcome ->
          offsets(out.writeByte(WELCOME), welcome.version(), welcome.output(), welcome.input());
      case RelayFrame.Output data ->
          out.writeByte(OUTPUT).writeLong(data.offset()).writeBytes(data.bytes());
      case RelayFrame.Input data ->
          out.writeByte(INPUT).writeLong(data.offset()).writeBytes(data.bytes());
      case RelayFrame.OutputAck ack -> out.writeByte(OUTPUT_ACK).writeLong(ack.offset());
      case RelayFrame.InputAck ack -> out.writeByte(INPUT_ACK).writeLong(ack.offset());
      case RelayFrame.End end -> out.writeByte(END).writeLong(end.offset());
      case RelayFrame.Replaced replaced -> out.writeByte(REPLACED);
      case RelayFrame.Close close ->
          out.writeByte(CLOSE).writeBytes(close.reason().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void offsets(ByteBuf out, int version, long output, long input) {
    out.writeShort(version).writeLong(output).writeLong(input);
  }
}
