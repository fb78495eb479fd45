package dev.vls.log.wire;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Sends heartbeats and reports the peer's silence as a {@link LogException} (PEER_LOST). It sits in
 * front of the codec, so any octet is a sign of life: a large message on a slow wire is no silence.
 */
final class LivenessHandler extends ChannelDuplexHandler {
  private final LivenessConfig config;
  private final LongSupplier nanoClock;
  private final WireCounters counters;
  private Liveness liveness;
  private boolean over;

  LivenessHandler(LivenessConfig config, LongSupplier nanoClock, WireCounters counters) {
    this.config = config;
    this.nanoClock = nanoClock;
    this.counters = counters;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    liveness = new Liveness(config, nanoClock.getAsLong());
    if (ctx.channel().isActive()) {
      schedule(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    liveness.received(nanoClock.getAsLong());
    schedule(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    liveness.received(nanoClock.getAsLong());
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    liveness.sent(nanoClock.getAsLong());
    ChannelFuture _ = ctx.write(message, promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over = true;
    ctx.fireChannelInactive();
  }

  private void schedule(ChannelHandlerContext ctx) {
    long period = Math.max(1, config.interval().toNanos() / 2);
    ScheduledFuture<?> _ = ctx.executor().schedule(() -> tick(ctx), period, TimeUnit.NANOSECONDS);
  }

  private void tick(ChannelHandlerContext ctx) {
    if (over) {
      return;
    }
    long now = nanoClock.getAsLong();
    switch (liveness.ask(now)) {
      case FINE -> {}
      case SEND_HEARTBEAT -> {
        liveness.sent(now);
        counters.heartbeat();
        ChannelFuture _ = ctx.channel().writeAndFlush(new WireMessage.Heartbeat());
      }
      case LOST -> {
        over = true;
        long ms = TimeUnit.NANOSECONDS.toMillis(liveness.silenceNs(now));
        ctx.fireExceptionCaught(
            new LogException(Kind.PEER_LOST, "the peer has been silent for " + ms + " ms"));
        return;
      }
    }
    schedule(ctx);
  }
}
