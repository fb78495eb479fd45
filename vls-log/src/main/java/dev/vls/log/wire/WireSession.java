package dev.vls.log.wire;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What both ends of a stream do alike: messages in, one closure out; on the event loop only. */
abstract class WireSession extends SimpleChannelInboundHandler<WireMessage> {
  private static final long GOODBYE_MS = 1000;

  private boolean over;
  private Closure leaving;

  /** Takes a message that is not a heartbeat. */
  abstract void message(ChannelHandlerContext ctx, WireMessage message) throws LogException;

  /** Told once why the stream is over. */
  abstract void over(Closure closure);

  @Override
  protected final void channelRead0(ChannelHandlerContext ctx, WireMessage message)
      throws LogException {
    if (!over && !(message instanceof WireMessage.Heartbeat)) {
      message(ctx, message);
    }
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    finish(
        ctx,
        leaving != null
            ? leaving
            : new Closure(Closure.Kind.PEER_LOST, "the peer closed the connection"));
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    finish(ctx, Closure.of(root));
  }

  /** Ends the stream; later calls change nothing. */
  final void finish(ChannelHandlerContext ctx, Closure closure) {
    if (!over) {
      over = true;
      over(closure);
      ChannelFuture _ = ctx.close();
    }
  }

  /** Ends the stream because the peer said goodbye. */
  final void part(ChannelHandlerContext ctx, String detail) {
    finish(ctx, leaving != null ? leaving : new Closure(Closure.Kind.ORDERLY_END, detail));
  }

  /** Whether this side has said goodbye. */
  final boolean isLeaving() {
    return leaving != null;
  }

  /**
   * Says goodbye and lets the peer close, so that nothing on its way to the peer is lost; closes
   * anyway after a second.
   */
  final void sayBye(ChannelHandlerContext ctx, String reason, Closure closure) {
    if (over || leaving != null) {
      return;
    }
    leaving = closure;
    send(ctx, new WireMessage.Bye(reason));
    ScheduledFuture<?> _ =
        ctx.executor().schedule(() -> finish(ctx, closure), GOODBYE_MS, TimeUnit.MILLISECONDS);
  }

  final boolean isOver() {
    return over;
  }

  /** Sends behind what was written before; a failure ends the stream. */
  static void send(ChannelHandlerContext ctx, WireMessage message) {
    ChannelFuture _ =
        ctx.writeAndFlush(message).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  /** Writes without flushing; a failure ends the stream. */
  static void write(ChannelHandlerContext ctx, WireMessage message) {
    ChannelFuture _ =
        ctx.write(message).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  static LogException unexpected(WireMessage message) {
    return new LogException(
        Kind.PROTOCOL, "the peer sent " + message.getClass().getSimpleName() + " where it may not");
  }
}
