package dev.vls.drivers.console;

import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputMessage;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The console for clients that must see each byte once although the machine changes hosts
 * (docs/console-relay.md).
 *
 * <p>Until {@link #goLive} it only retains: that is how a follower knows at its takeover what a
 * client may have missed. From then on it serves one client at a time; a new one takes the place of
 * the old.
 *
 * <p>Bounds: output is kept until the client has acknowledged it, at most {@code retainBytes},
 * beyond which the oldest goes. While a client is connected, output that it has not acknowledged is
 * not {@link Channel#taken}, so a slow client slows the guest; without one the guest runs on.
 */
public final class RelayConsole implements Backend {
  private static final int LOW_WATER = 64 * 1024;
  private static final int HIGH_WATER = 256 * 1024;
  private static final long CLOSE_MS = 2000;

  private final int retainBytes;
  private final LongConsumer acknowledged;
  private final ChannelGroup clients =
      new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
  private final ConsoleFeed feed = new ConsoleFeed("console-relay-input", RelayLayout.INPUT_WINDOW);
  // All below is guarded by this; calls out to Netty only schedule.
  private final StreamBuffer output = new StreamBuffer(0);
  private Channel channel;
  private boolean started;
  private long taken;
  private long accepted;
  private boolean runOver;
  private EventLoopGroup loops;
  private io.netty.channel.Channel server;
  private RelaySession session;

  /**
   * Creates a relay that retains.
   *
   * @param retainBytes most output that is kept
   * @param acknowledged told how much output a client has acknowledged, on an event loop
   */
  public RelayConsole(int retainBytes, LongConsumer acknowledged) {
    this.retainBytes = retainBytes;
    this.acknowledged = acknowledged;
  }

  @Override
  public void attach(Channel next) {
    synchronized (this) {
      channel = next;
    }
    feed.attach(next);
  }

  @Override
  public void accept(OutputMessage message) {
    switch ((ConsoleMessage) message) {
      case ConsoleMessage.ConsoleBytes bytes -> retain(bytes);
      case ConsoleMessage.InputRoom room -> feed.room(room);
      case ConsoleMessage.InputAccepted safe -> accepted(safe.total());
    }
  }

  private void retain(ConsoleMessage.ConsoleBytes message) {
    Channel from;
    long weight;
    synchronized (this) {
      from = channel;
      weight = append(message);
      if (session == null) {
        weight += takeTo(output.end());
      } else {
        session.wake();
      }
    }
    from.taken(weight); // never with our lock: the gate delivers to us with its own
  }

  /** Adds what is new of a message and returns how much of it is not. */
  private int append(ConsoleMessage.ConsoleBytes message) {
    if (!started || message.from() > output.end()) {
      started = true;
      output.restart(message.from());
      taken = message.from();
    }
    int known = (int) Math.min(message.bytes().length, output.end() - message.from());
    output.append(message.bytes(), known, message.bytes().length - known);
    output.keep(retainBytes);
    return known;
  }

  private synchronized void accepted(long total) {
    accepted = total;
    if (session != null) {
      session.wake();
    }
  }

  /**
   * Returns how much of the output before {@code offset} the gate has not heard of; it is to be
   * told.
   */
  private long takeTo(long offset) {
    long more = Math.max(0, offset - taken);
    taken += more;
    return more;
  }

  /**
   * Drops retained output that a client has acknowledged elsewhere: how a follower keeps only what
   * its leader's client may miss. Any thread.
   *
   * @param offset offset behind the last byte that is not needed any more
   */
  public synchronized void trim(long offset) {
    output.trim(offset);
    notifyAll();
  }

  /**
   * Waits until a client has acknowledged everything that the guest has said so far: before the
   * process ends.
   *
   * @return false if {@code timeoutMs} passed first
   */
  public synchronized boolean awaitAcknowledged(long timeoutMs) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (output.base() < output.end()) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
      if (leftMs <= 0) {
        return false;
      }
      wait(leftMs);
    }
    return true;
  }

  /**
   * Tells that the run has ended in order: {@link #close} will say so to the client, which then
   * looks for no other host. Any thread.
   */
  public synchronized void runOver() {
    runOver = true;
  }

  synchronized boolean isRunOver() {
    return runOver;
  }

  /**
   * Begins to listen, and ends retaining only.
   *
   * @param address where; port 0 chooses one
   * @return the address that clients connect to
   * @throws HostException if it cannot be listened on
   */
  public synchronized InetSocketAddress goLive(InetSocketAddress address) throws HostException {
    if (loops != null) {
      throw new IllegalStateException("the relay is live already");
    }
    loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel client) {
                    clients.add(client);
                    RelaySession next = new RelaySession(RelayConsole.this, client);
                    client.pipeline().addLast(new RelayDecoder(), RelayEncoder.INSTANCE, next);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new HostException(
          "the console relay cannot listen on "
              + address
              + ": "
              + bound.cause().getMessage()
              + "; choose another address",
          bound.cause());
    }
    server = bound.channel();
    return (InetSocketAddress) server.localAddress();
  }

  /**
   * Makes a session that has said HELLO the client; returns its WELCOME, or a CLOSE that refuses
   * it.
   */
  RelayFrame join(RelaySession next, RelayFrame.Hello hello) {
    RelayFrame answer = admit(next, hello);
    if (answer instanceof RelayFrame.Welcome welcome) {
      acknowledge(welcome.output());
    }
    return answer;
  }

  private synchronized RelayFrame admit(RelaySession next, RelayFrame.Hello hello) {
    long from = hello.output() == RelayLayout.ANYWHERE ? output.base() : hello.output();
    if (hello.version() != RelayLayout.VERSION) {
      return new RelayFrame.Close(
          "this relay speaks version "
              + RelayLayout.VERSION
              + " and the client "
              + hello.version());
    }
    if (!feed.positioned()) {
      return new RelayFrame.Close("the console is not attached yet");
    }
    if (from < output.base()) {
      return new RelayFrame.Close("output before byte " + output.base() + " is not kept any more");
    }
    if (from > output.end()) {
      return new RelayFrame.Close("only " + output.end() + " bytes of output exist, not " + from);
    }
    if (hello.input() > feed.end()) {
      return new RelayFrame.Close("input from byte " + feed.end() + " on is missing");
    }
    if (session != null) {
      session.replaced();
    }
    session = next;
    return new RelayFrame.Welcome(RelayLayout.VERSION, from, feed.end());
  }

  /** Takes input of the client; false if it does not follow what is known, or is too much. */
  synchronized boolean input(RelayFrame.Input frame) {
    long known = feed.end();
    int length = frame.bytes().length;
    long end = frame.offset() + length;
    if (frame.offset() > known || end < 0 || end > accepted + RelayLayout.INPUT_WINDOW) {
      return false;
    }
    int old = (int) Math.min(length, known - frame.offset());
    feed.append(frame.bytes(), old, length - old);
    return true;
  }

  /** The client has dealt with output that it was sent. */
  void acknowledge(long offset) {
    Channel from;
    long weight;
    synchronized (this) {
      from = channel;
      output.trim(offset);
      notifyAll();
      weight = takeTo(offset);
    }
    from.taken(weight);
    acknowledged.accept(offset);
  }

  /** A session's connection has ended. */
  void left(RelaySession gone) {
    Channel from;
    long weight;
    synchronized (this) {
      if (session != gone) {
        return;
      }
      session = null;
      from = channel;
      weight = takeTo(output.end());
    }
    from.taken(weight);
  }

  /** Returns whether a session is still the client. */
  synchronized boolean serves(RelaySession candidate) {
    return session == candidate;
  }

  /**
   * Returns up to {@code most} bytes of output from {@code offset}; null if they are not kept any
   * more.
   */
  synchronized byte[] outputFrom(long offset, int most) {
    return offset < output.base() ? null : output.copy(offset, most);
  }

  synchronized long accepted() {
    return accepted;
  }

  /** Ends everything as a dying process would: nothing more is sent. For tests. */
  void abort() {
    end(RelaySession::abort);
  }

  /** Sends a connected client what is left, for a few seconds at most, and ends everything. */
  @Override
  public void close() {
    end(RelaySession::finish);
  }

  private void end(Consumer<RelaySession> parting) {
    feed.close();
    EventLoopGroup closing;
    io.netty.channel.Channel listening;
    synchronized (this) {
      closing = loops;
      listening = server;
    }
    if (listening == null) {
      return;
    }
    listening.close().awaitUninterruptibly(); // first: whoever came now would find nobody
    RelaySession last;
    synchronized (this) {
      last = session;
    }
    if (last != null) {
      parting.accept(last);
    }
    // Before the loop ends: what is open then would stay open, unserved.
    clients.close().awaitUninterruptibly(CLOSE_MS);
    closing.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
