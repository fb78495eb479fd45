package dev.vls.drivers.console;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection of a client to the relay. Runs on its event loop, but for {@link #wake}, {@link
 * #close}, {@link #replaced} and {@link #finish}.
 */
// Futures of writes are not looked at: a write that fails ends the connection, and that is acted
// on.
@SuppressWarnings("FutureReturnValueIgnored")
final class RelaySession extends SimpleChannelInboundHandler<RelayFrame> {
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final long FINISH_MS = 3000;

  private final RelayConsole relay;
  private final Channel client;
  private final AtomicBoolean woken = new AtomicBoolean();
  private Future<?> heartbeat;
  private boolean joined;
  private boolean finishing;
  private long sent;
  private long told;

  RelaySession(RelayConsole relay, Channel client) {
    super(RelayFrame.class);
    this.relay = relay;
    this.client = client;
  }

  /** There may be something to send. Any thread. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      try {
        client.eventLoop().execute(this::pump);
      } catch (RejectedExecutionException closed) {
        woken.set(false); // the relay is closed: nobody is left to be told
      }
    }
  }

  /** Ends the connection and says why. Any thread. */
  void close(String reason) {
    last(new RelayFrame.Close(reason));
  }

  /** Ends the connection because another client has come. Any thread. */
  void replaced() {
    last(new RelayFrame.Replaced());
  }

  private void last(RelayFrame frame) {
    client.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
  }

  /** Ends the connection without a word. Any thread. */
  void abort() {
    client.config().setOption(ChannelOption.SO_LINGER, 0);
    client.close();
  }

  /**
   * Sends what is left, waiting for a few seconds at most, and ends the connection. Not on the
   * event loop.
   */
  void finish() {
    client
        .eventLoop()
        .execute(
            () -> {
              finishing = true;
              pump();
            });
    client.closeFuture().awaitUninterruptibly(FINISH_MS);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, RelayFrame frame) {
    switch (frame) {
      case RelayFrame.Hello hello when !joined -> join(hello);
      case RelayFrame.Close close -> client.close();
      case RelayFrame.Input input when joined -> input(input);
      case RelayFrame.OutputAck ack when joined -> acknowledged(ack.offset());
      default -> close("a frame that is out of place");
    }
  }

  private void input(RelayFrame.Input input) {
    if (relay.serves(this) && !relay.input(input)) {
      close("input at byte " + input.offset() + " does not follow what is known, or is too much");
    }
  }

  private void acknowledged(long offset) {
    if (offset > sent) {
      close("output was acknowledged that was never sent");
    } else if (relay.serves(this)) {
      relay.acknowledge(offset);
    }
  }

  private void join(RelayFrame.Hello hello) {
    switch (relay.join(this, hello)) {
      case RelayFrame.Welcome welcome -> {
        joined = true;
        sent = welcome.output();
        client.writeAndFlush(welcome);
        heartbeat =
            client
                .eventLoop()
                .scheduleAtFixedRate(
                    this::beat,
                    RelayLayout.HEARTBEAT_MS,
                    RelayLayout.HEARTBEAT_MS,
                    TimeUnit.MILLISECONDS);
        pump();
      }
      case RelayFrame.Close refused -> close(refused.reason());
      default -> throw new IllegalStateException("a relay answers WELCOME or CLOSE");
    }
  }

  private void beat() {
    client.writeAndFlush(new RelayFrame.InputAck(told));
  }

  private void pump() {
    woken.set(false);
    if (!joined) {
      return;
    }
    while (client.isWritable()) {
      byte[] bytes = relay.outputFrom(sent, CHUNK_BYTES);
      if (bytes == null) {
        close("output before byte " + sent + " is not kept any more");
        return;
      }
      if (bytes.length == 0) {
        finished();
        break;
      }
      client.write(new RelayFrame.Output(sent, bytes));
      sent += bytes.length;
    }
    tellAccepted();
    client.flush();
  }

  private void tellAccepted() {
    long accepted = relay.accepted();
    if (accepted > told) {
      told = accepted;
      client.write(new RelayFrame.InputAck(accepted));
    }
  }

  /** All output is sent. */
  private void finished() {
    if (!finishing) {
      return;
    }
    tellAccepted();
    if (relay.isRunOver()) {
      last(new RelayFrame.End(sent));
    } else {
      close("this host has stopped");
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    pump();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (heartbeat != null) {
      heartbeat.cancel(false);
    }
    relay.left(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    switch (cause) {
      case DecoderException garbage ->
          close("this is not the console relay's protocol: " + garbage.getMessage());
      case IOException lost -> client.close();
      default -> close("the relay failed: " + cause);
    }
  }
}
