package dev.vls.drivers.console;

import dev.vls.sma.HostException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A client of a console that may move between hosts: every byte of both directions exactly once and
 * in order, over any number of connections (docs/console-relay.md).
 *
 * <p>It goes through its addresses in turn until one serves it. Any thread may call.
 */
// Futures of writes are not looked at: a write that fails ends the connection, and that is acted
// on.
@SuppressWarnings("FutureReturnValueIgnored")
public final class RelayClient implements AutoCloseable {
  private static final int FIRST_CONNECT_TIMEOUT_MS = 200;
  private static final int LAST_CONNECT_TIMEOUT_MS = 2000;
  private static final int PAUSES_PER_DOWN_TIME = 100;
  private static final int CHUNK_BYTES = 16 * 1024;

  private final List<InetSocketAddress> addresses;
  private final RelayClientConfig config;
  private final Consumer<byte[]> onOutput;
  private final Consumer<HostException> onFailure;
  private final Runnable onEnd;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Bootstrap bootstrap;

  // Guarded by this.
  private final StreamBuffer input =
      new StreamBuffer(0); // from the first byte that is not acknowledged
  private boolean joinedOnce;
  private HostException failed;
  private boolean ended;
  private boolean closed;
  private int connections;

  // Event loop only.
  private Channel server;
  private boolean welcomed;
  private long nextInput;
  private long received = RelayLayout.ANYWHERE;
  private int attempt;
  private int tried; // addresses since a relay last served
  private long downSinceNs;
  private long heardNs;
  private boolean wasReplaced;
  private long replacedNs;
  private String lastProblem = "no answer";

  /**
   * Starts to connect and returns at once.
   *
   * @param addresses hosts that may serve the console, in the order in which they are tried
   * @param onOutput takes output, in order, on the client's event loop; the relay sends on when it
   *     has returned
   * @param onFailure told once if no address has served for {@link RelayClientConfig#giveUpMs}, or
   *     another client has taken this one's place; same thread
   */
  public static RelayClient start(
      List<InetSocketAddress> addresses,
      RelayClientConfig config,
      Consumer<byte[]> onOutput,
      Consumer<HostException> onFailure) {
    return start(addresses, config, onOutput, onFailure, () -> {});
  }

  /**
   * Starts as {@link #start(List, RelayClientConfig, Consumer, Consumer)} does.
   *
   * @param onEnd called once when a relay has said that the run is over and all of its output has
   *     been taken; same thread; must not close the client
   */
  public static RelayClient start(
      List<InetSocketAddress> addresses,
      RelayClientConfig config,
      Consumer<byte[]> onOutput,
      Consumer<HostException> onFailure,
      Runnable onEnd) {
    RelayClient client = new RelayClient(addresses, config, onOutput, onFailure, onEnd);
    client.loops.execute(
        () -> {
          client.downSinceNs = System.nanoTime();
          client.connect();
        });
    return client;
  }

  private RelayClient(
      List<InetSocketAddress> addresses,
      RelayClientConfig config,
      Consumer<byte[]> onOutput,
      Consumer<HostException> onFailure,
      Runnable onEnd) {
    this.addresses = List.copyOf(addresses);
    if (this.addresses.isEmpty()) {
      throw new IllegalArgumentException("a console client needs an address");
    }
    this.config = config;
    this.onOutput = onOutput;
    this.onFailure = onFailure;
    this.onEnd = onEnd;
    bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new RelayDecoder(),
                            RelayEncoder.INSTANCE,
                            new RelayConnection(RelayClient.this));
                  }
                });
  }

  /**
   * Sends input; returns when it is buffered, not when it is delivered.
   *
   * @throws HostException if the client has failed or is closed, or the run is over
   * @throws InterruptedException if interrupted while the buffer is full; the rest is not sent
   */
  public void send(byte[] bytes) throws HostException, InterruptedException {
    int done = 0;
    while (done < bytes.length) {
      done += buffer(bytes, done);
      loops.execute(this::pump);
    }
  }

  private synchronized int buffer(byte[] bytes, int from)
      throws HostException, InterruptedException {
    while (input.size() >= config.bufferBytes() && !isOver()) {
      wait();
    }
    checkOpen();
    int count = Math.min(bytes.length - from, config.bufferBytes() - input.size());
    input.append(bytes, from, count);
    return count;
  }

  private void checkOpen() throws HostException {
    if (failed != null) {
      throw new HostException(failed.getMessage(), failed);
    }
    if (ended) {
      throw new HostException("the run is over: the guest takes no more input");
    }
    if (closed) {
      throw new HostException("the console client is closed");
    }
  }

  /**
   * Waits until no failure can lose what was sent.
   *
   * @return false if {@code timeoutMs} passed first
   * @throws HostException if the client has failed or is closed, or the run is over
   */
  public synchronized boolean awaitAccepted(long timeoutMs)
      throws HostException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (input.size() > 0) {
      checkOpen();
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMs <= 0) {
        return false;
      }
      wait(leftMs);
    }
    return true;
  }

  /** Returns how often a relay has served this client. */
  public synchronized int connections() {
    return connections;
  }

  private void connect() {
    if (isOver()) {
      return;
    }
    InetSocketAddress address = addresses.get(attempt % addresses.size());
    attempt++;
    tried++;
    ChannelFuture connecting =
        bootstrap
            .clone()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMs())
            .connect(address);
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            lastProblem = address + ": " + done.cause().getMessage();
            retry();
          }
        });
  }

  private void retry() {
    if (isOver()) {
      return;
    }
    if (downMs() > config.giveUpMs()) {
      fail("no host has served the console for " + downMs() + " ms; last: " + lastProblem);
      return;
    }
    loops.schedule(this::connect, delayMs(), TimeUnit.MILLISECONDS);
  }

  private long downMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - downSinceNs);
  }

  /** No pause within a round over all addresses; between rounds one that grows with the outage. */
  private long delayMs() {
    boolean lostNow = tried == 0 && addresses.size() > 1;
    if (lostNow || tried % addresses.size() != 0) {
      return 1;
    }
    return Math.clamp(downMs() / PAUSES_PER_DOWN_TIME, config.firstDelayMs(), config.lastDelayMs());
  }

  /** A host that is gone without a word must not hold up the one that takes over. */
  private int connectTimeoutMs() {
    return Math.clamp(downMs(), FIRST_CONNECT_TIMEOUT_MS, LAST_CONNECT_TIMEOUT_MS);
  }

  void fail(String sentence) {
    HostException failure = new HostException(sentence);
    synchronized (this) {
      if (isOver()) {
        return;
      }
      failed = failure;
      notifyAll();
    }
    onFailure.accept(failure);
  }

  /** A connection stands: says who we are. */
  void connected(Channel channel) {
    server = channel;
    welcomed = false;
    channel.writeAndFlush(hello());
    heardNs = System.nanoTime();
    watch(channel);
  }

  /** Ends a connection on which nothing is heard any more, and looks again while it lasts. */
  private void watch(Channel channel) {
    if (!channel.equals(server)) {
      return;
    }
    long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNs);
    if (silentMs > config.silentMs()) {
      lastProblem = channel.remoteAddress() + " was silent for " + silentMs + " ms";
      channel.close();
    } else {
      loops.schedule(() -> watch(channel), RelayLayout.HEARTBEAT_MS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized RelayFrame hello() {
    return new RelayFrame.Hello(
        RelayLayout.VERSION, received, joinedOnce ? input.base() : RelayLayout.ANYWHERE);
  }

  /** A connection has ended. */
  void disconnected(Channel channel) {
    if (channel.equals(server)) {
      server = null;
      if (welcomed) {
        downSinceNs = System.nanoTime();
        tried = 0; // and the address behind the one that served is next
      }
      welcomed = false;
      retry();
    }
  }

  void problem(String reason) {
    lastProblem = reason;
  }

  /** Takes a frame; false if it breaks the protocol. */
  boolean take(RelayFrame frame) {
    boolean inOrder =
        switch (frame) {
          case RelayFrame.Welcome welcome when !welcomed -> welcome(welcome);
          case RelayFrame.Output output when welcomed -> output(output);
          case RelayFrame.InputAck ack when welcomed -> inputAck(ack.offset());
          case RelayFrame.End end when welcomed -> end(end.offset());
          case RelayFrame.Replaced replaced when welcomed -> replaced();
          default -> false;
        };
    heardNs = System.nanoTime(); // now: whoever takes output may take his time
    return inOrder;
  }

  private boolean welcome(RelayFrame.Welcome welcome) {
    if (welcome.version() != RelayLayout.VERSION
        || (received != RelayLayout.ANYWHERE && welcome.output() != received)) {
      return false;
    }
    synchronized (this) {
      if (!joinedOnce) {
        join(welcome.input());
      }
      if (welcome.input() < input.base() || welcome.input() > input.end()) {
        return false;
      }
      connections++;
    }
    received = welcome.output();
    nextInput = welcome.input();
    welcomed = true;
    pump();
    return true;
  }

  /** The first relay says where our input starts; what was sent before we knew moves there. */
  private void join(long offset) {
    byte[] early = input.copy(input.base(), input.size());
    input.restart(offset);
    input.append(early, 0, early.length);
    joinedOnce = true;
  }

  private boolean output(RelayFrame.Output output) {
    if (output.offset() != received) {
      return false;
    }
    onOutput.accept(output.bytes());
    received += output.bytes().length;
    server.writeAndFlush(new RelayFrame.OutputAck(received));
    return true;
  }

  private boolean end(long offset) {
    if (offset != received) {
      return false;
    }
    onEnd.run();
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    server.close();
    return true;
  }

  /**
   * Comes back once: what took this place may be a connection of our own that was served late. Two
   * clients that went on coming back would drive each other out for ever.
   */
  private boolean replaced() {
    long now = System.nanoTime();
    long sinceMs = TimeUnit.NANOSECONDS.toMillis(now - replacedNs);
    if (wasReplaced && sinceMs < config.silentMs()) {
      fail("another client has connected to this console and taken this one's place");
    }
    wasReplaced = true;
    replacedNs = now;
    server.close();
    return true;
  }

  private boolean inputAck(long offset) {
    synchronized (this) {
      if (offset > input.end()) {
        return false;
      }
      input.trim(offset);
      notifyAll();
    }
    pump();
    return true;
  }

  /** Sends what the window and the connection allow. */
  void pump() {
    if (!welcomed) {
      return;
    }
    while (server.isWritable()) {
      byte[] bytes = nextInput();
      if (bytes.length == 0) {
        break;
      }
      server.write(new RelayFrame.Input(nextInput, bytes));
      nextInput += bytes.length;
    }
    server.flush();
  }

  private synchronized byte[] nextInput() {
    nextInput = Math.max(nextInput, input.base());
    long window = input.base() + RelayLayout.INPUT_WINDOW - nextInput;
    return input.copy(nextInput, Math.clamp(window, 0, CHUNK_BYTES));
  }

  private synchronized boolean isOver() {
    return closed || ended || failed != null;
  }

  /**
   * Drops the connection as a broken network would; the client connects again. For tests and
   * demonstrations.
   */
  public void dropConnection() {
    loops.execute(
        () -> {
          if (server != null) {
            server.close();
          }
        });
  }

  /** Ends the connection; input that is not accepted may be lost. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
