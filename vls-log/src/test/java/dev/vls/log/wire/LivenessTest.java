package dev.vls.log.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.LogException;
import dev.vls.log.wire.Liveness.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LivenessTest {
  private static final long MS = 1_000_000;

  private long nowNs;
  private Throwable caught;

  @Test
  void shouldSendAHeartbeatWhenNothingWasSentForTheInterval() {
    Liveness liveness = new Liveness(LivenessConfig.DEFAULT, 0);
    liveness.received(50 * MS);
    assertEquals(Verdict.FINE, liveness.ask(99 * MS));
    assertEquals(Verdict.SEND_HEARTBEAT, liveness.ask(100 * MS));
    liveness.sent(100 * MS);
    assertEquals(Verdict.FINE, liveness.ask(150 * MS));
  }

  @Test
  void shouldLoseThePeerWhenNothingWasReceivedForTheTimeout() {
    Liveness liveness = new Liveness(LivenessConfig.DEFAULT, 0);
    for (long ms = 50; ms < 500; ms += 50) {
      liveness.sent(ms * MS);
      assertEquals(Verdict.FINE, liveness.ask(ms * MS));
    }
    assertEquals(Verdict.LOST, liveness.ask(500 * MS));
  }

  @Test
  void shouldNotBlameThePeerWhenThisSideWasStopped() {
    Liveness liveness = new Liveness(LivenessConfig.DEFAULT, 0);
    liveness.ask(50 * MS);
    assertEquals(Verdict.SEND_HEARTBEAT, liveness.ask(10_000 * MS));
    assertEquals(Verdict.SEND_HEARTBEAT, liveness.ask(10_200 * MS));
    assertEquals(Verdict.LOST, liveness.ask(10_250 * MS));
  }

  @Test
  void shouldRefuseATimeoutBelowTwoIntervals() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new LivenessConfig(Duration.ofMillis(100), Duration.ofMillis(199)));
  }

  @Test
  void shouldReportSilenceOnAChannelWhoseClockRunsByHand() {
    EmbeddedChannel channel = channel();
    int heartbeats = 0;
    for (int ms = 0; ms < 450; ms += 50) {
      advance(channel, 50);
      Object sent = channel.readOutbound();
      if (sent != null) {
        ((ByteBuf) sent).release();
        heartbeats++;
      }
    }
    assertTrue(heartbeats >= 4, "a heartbeat every 100 ms, found " + heartbeats);
    assertEquals(null, caught);
    advance(channel, 60);
    LogException e = assertInstanceOf(LogException.class, caught);
    assertEquals(LogException.Kind.PEER_LOST, e.kind());
    assertTrue(e.getMessage().contains("silent for"), e.getMessage());
  }

  @Test
  void shouldStayAliveWhenAnyOctetArrives() {
    EmbeddedChannel channel = channel();
    for (int ms = 0; ms < 5000; ms += 50) {
      channel.writeInbound(Unpooled.buffer().writeByte(0));
      advance(channel, 50);
    }
    assertEquals(null, caught);
    assertTrue(channel.isOpen());
    assertFalse(channel.outboundMessages().isEmpty());
  }

  private EmbeddedChannel channel() {
    WireCounters counters = new WireCounters();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new LivenessHandler(LivenessConfig.DEFAULT, () -> nowNs, counters),
            new WireEncoder(counters),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                ((ByteBuf) message).release();
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                caught = cause;
              }
            });
    channel.freezeTime();
    return channel;
  }

  private void advance(EmbeddedChannel channel, long ms) {
    nowNs += ms * MS;
    channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }
}
