package dev.vls.log.wire;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import dev.vls.log.Manifest;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The follower's end of the stream (docs/wire.md): connects, checks that both run the same machine,
 * takes events.
 *
 * <p>{@link #poll} and {@link #take} belong to the replayer's thread; everything else may be called
 * from any thread.
 */
public final class FollowerLink implements AutoCloseable {
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final FollowerConfig config;
  private final ManifestCheck check;
  private final WireCounters counters = new WireCounters();
  private final EventLoopGroup group = WireLoops.create("vls-follower");
  private final CountDownLatch closed = new CountDownLatch(1);
  private IncomingQueue queue;
  private FollowerSession session;

  private FollowerLink(FollowerConfig config, ManifestCheck check) {
    this.config = config;
    this.check = check;
  }

  /**
   * Connects, and returns when the stream is open: manifest and images are there and are what they
   * should be.
   *
   * @throws LogException if nobody answered in all attempts (PEER_LOST), the two ends do not agree
   *     (MISMATCH; not tried again), or the peer is no leader (PROTOCOL; not tried again)
   */
  public static FollowerLink connect(FollowerConfig config)
      throws LogException, InterruptedException {
    return connect(config, ManifestCheck.NONE);
  }

  /**
   * Connects as {@link #connect(FollowerConfig)} does, and refuses a leader that {@code check}
   * objects to (MISMATCH): to that leader it is as if nobody had come.
   */
  public static FollowerLink connect(FollowerConfig config, ManifestCheck check)
      throws LogException, InterruptedException {
    FollowerLink link = new FollowerLink(config, check);
    boolean isOpen = false;
    try {
      link.open();
      isOpen = true;
      return link;
    } finally {
      if (!isOpen) {
        WireLoops.stop(link.group);
      }
    }
  }

  /** Returns what the run starts from, as the leader says. */
  public Manifest manifest() {
    return session.manifest();
  }

  /**
   * Returns the leader's manifest file, octet by octet, for {@link
   * dev.vls.log.store.LogDirectory#create(java.nio.file.Path, byte[], Map)}.
   */
  public byte[] manifestFile() {
    return session.welcome().manifestFile().toArray();
  }

  /** Returns the content of each image, by role, hashed and found right. */
  public Map<String, byte[]> images() {
    return session.images().byRole();
  }

  /** Returns the leader's epoch. */
  public long epoch() {
    return session.welcome().epoch();
  }

  /**
   * Returns what comes next: events in order; a progress mark when there is no event; at the end,
   * again and again, why it ended.
   *
   * @return none if nothing came within {@code timeout}
   */
  public Optional<Incoming> poll(Duration timeout) throws InterruptedException {
    Optional<Incoming> item = queue.poll(timeout.toNanos());
    if (item.isPresent()) {
      session.taken();
    }
    return item;
  }

  /** Returns what comes next, as {@link #poll} does; waits for it. */
  public Incoming take() throws InterruptedException {
    Incoming item = queue.take();
    session.taken();
    return item;
  }

  /** Tells the leader, with one of the next acknowledgements, how far the replay is. */
  public void replayed(LogPosition position) {
    session.replayed(position);
  }

  /**
   * Says that events below {@code sequence} are in this side's log; they are stable then, if the
   * configuration acknowledges on that.
   */
  public void persisted(long sequence) {
    session.persisted(sequence);
  }

  /** Returns why the stream is over, if it is; there may be events left to take. */
  public Optional<Closure> closure() {
    return queue.closure();
  }

  /** Returns how many events wait to be taken. */
  public int queueDepth() {
    return queue.depth();
  }

  /** Returns the counters. */
  public WireCounters counters() {
    return counters;
  }

  /** Leaves in order; does nothing if the stream is over. Events that wait can still be taken. */
  @Override
  public void close() {
    if (closed.getCount() > 0) {
      closed.countDown();
      session.leave("it was told to");
      try {
        session.awaitClosed(GOODBYE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      WireLoops.stop(group);
    }
  }

  private void open() throws LogException, InterruptedException {
    LogException last = null;
    for (int attempt = 0; attempt < config.retry().attempts(); attempt++) {
      if (attempt > 0) {
        closed.await(config.retry().delay().toNanos(), TimeUnit.NANOSECONDS);
      }
      try {
        attempt();
        return;
      } catch (LogException e) {
        last = e;
        if (e.kind() != Kind.PEER_LOST) {
          throw e;
        }
      }
    }
    throw new LogException(
        Kind.PEER_LOST,
        "no leader at "
            + config.leader()
            + " after "
            + config.retry().attempts()
            + " attempts; the last one: "
            + last.getMessage(),
        last);
  }

  private void attempt() throws LogException, InterruptedException {
    queue = new IncomingQueue();
    session = new FollowerSession(config, check, queue, counters);
    ChannelFuture connected =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(60_000, config.handshakeTimeout().toMillis()))
            .handler(new Connect(session))
            .connect(config.leader())
            .await();
    if (!connected.isSuccess()) {
      throw new LogException(
          Kind.PEER_LOST, "cannot connect: " + connected.cause().getMessage(), connected.cause());
    }
    boolean isOpen = false;
    try {
      awaitOpen(session.opened());
      isOpen = true;
    } finally {
      if (!isOpen) {
        // Before the loop ends: what is open then would stay open, unserved.
        connected.channel().close().awaitUninterruptibly(GOODBYE.toMillis());
      }
    }
  }

  private static void awaitOpen(CompletableFuture<FollowerSession> opened)
      throws LogException, InterruptedException {
    try {
      opened.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LogException cause) {
        throw cause;
      }
      throw new LogException(Kind.PEER_LOST, "cannot connect: " + e.getCause(), e);
    }
  }

  private final class Connect extends ChannelInitializer<SocketChannel> {
    private final FollowerSession target;

    Connect(FollowerSession target) {
      this.target = target;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      WirePipeline.install(
          channel.pipeline(), config.liveness(), System::nanoTime, counters, target);
    }
  }
}
