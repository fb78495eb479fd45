package dev.vls.log.wire;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import dev.vls.log.Manifest;
import dev.vls.log.frame.ManifestCodec;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The leader's end of the stream (docs/wire.md): listens, accepts one follower, sends it events.
 *
 * <p>{@link #send}, {@link #progress} and {@link #end} belong to the domain's thread; everything
 * else may be called from any thread. When the stream is over it stays over: a new follower needs a
 * new link.
 */
public final class LeaderLink implements AutoCloseable {
  /** Where a link is in its life. */
  public enum State {
    /** No follower yet. */
    LISTENING,
    /** Events flow. */
    CONNECTED,
    /** Over; {@link #closure} says why. */
    CLOSED
  }

  private static final long CLOSE_MS = 2000;

  private final LeaderConfig config;
  private final LeaderListener listener;
  private final WireCounters counters = new WireCounters();
  private final Outbox outbox;
  private final EventLoopGroup group = WireLoops.create("vls-leader");
  private final CompletableFuture<LeaderSession> opened = new CompletableFuture<>();
  private final Manifest manifest;
  private final ChannelGroup channels =
      new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
  private Channel server;

  /** The only session that may be in a handshake or open; on the event loop. */
  private LeaderSession claimed;

  private LeaderLink(LeaderConfig config, LeaderListener listener) throws LogException {
    this.config = config;
    this.listener = listener;
    byte[] file = config.manifestFile().shared();
    this.manifest = ManifestCodec.decode(file, "the leader's manifest");
    this.outbox = new Outbox(ManifestCodec.seed(file), config.firstSequence(), listener, counters);
  }

  /**
   * Begins to listen.
   *
   * @throws LogException if the address cannot be bound (IO), or the manifest cannot be used
   */
  public static LeaderLink listen(LeaderConfig config, LeaderListener listener)
      throws LogException {
    LeaderLink link = new LeaderLink(config, listener);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(link.group)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(link.new Accept())
            .bind(config.address())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      WireLoops.stop(link.group);
      throw new LogException(
          Kind.IO,
          "cannot listen on " + config.address() + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    link.server = bound.channel();
    link.channels.add(link.server);
    return link;
  }

  /** Returns the address that is listened on, with the port that the system chose. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /**
   * Waits for a follower.
   *
   * @return whether one is connected; false if the time is over
   * @throws LogException if the link was closed while waiting
   */
  public boolean awaitFollower(Duration timeout) throws LogException, InterruptedException {
    try {
      opened.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw outbox.closure().orElseThrow().asException();
    }
  }

  /**
   * Sends an event; waits while the follower grants no credit, and before there is a follower.
   *
   * @return its sequence number
   * @throws LogException if the stream is over (PEER_LOST, PROTOCOL)
   * @throws IllegalArgumentException if the event exceeds a limit of the format
   */
  public long send(Event event) throws LogException, InterruptedException {
    long sequence = outbox.put(event);
    wake();
    return sequence;
  }

  /**
   * Tells the follower, behind all events sent so far, how far the leader is; a mark that is still
   * waiting is replaced.
   *
   * @param position with no further event at or before it
   * @param released output that has left, by stream
   */
  public void progress(LogPosition position, List<StreamMark> released) {
    outbox.progress(new WireMessage.Progress(position, List.copyOf(released)));
    wake();
  }

  /** Returns the sequence number that the next event gets. */
  public long sequence() {
    return outbox.sequence();
  }

  /** Returns n such that the follower holds all events below n. */
  public long stableSequence() {
    return outbox.stableSequence();
  }

  /**
   * Waits until the follower holds all events below {@code sequence}.
   *
   * @return whether it does; false if the time or the stream is over
   */
  public boolean awaitStable(long sequence, Duration timeout) throws InterruptedException {
    return outbox.awaitStable(sequence, timeout);
  }

  /** Returns how far the follower said that it has replayed. */
  public LogPosition replayed() {
    return outbox.replayed();
  }

  /**
   * Returns how many bytes of events may be sent before {@link #send} waits; not above 0 when it
   * would.
   */
  public long credits() {
    return outbox.credits();
  }

  /** Returns the state. */
  public State state() {
    if (outbox.closure().isPresent()) {
      return State.CLOSED;
    }
    return opened.isDone() ? State.CONNECTED : State.LISTENING;
  }

  /** Returns why the stream is over, if it is. */
  public Optional<Closure> closure() {
    return outbox.closure();
  }

  /** Returns the counters. */
  public WireCounters counters() {
    return counters;
  }

  /**
   * Ends the run in order: sends how it ended, waits until the follower holds every event, says
   * goodbye, waits for its answer and closes.
   *
   * @return whether the follower held everything in time and answered, so that it knows of the end
   *     and will not take over
   * @throws LogException if the stream is over already
   */
  public boolean end(EndFrame end, Duration timeout) throws LogException, InterruptedException {
    LeaderSession session = openSession();
    if (session == null) {
      close();
      return false;
    }
    outbox.putEnd(end);
    wake();
    boolean isStable = outbox.awaitStable(outbox.sequence(), timeout);
    session.leave("the run is over");
    session.awaitClosed(config.handshakeTimeout());
    close();
    return isStable && session.hasSaidBye();
  }

  /**
   * Closes at once; a follower takes this for the leader's death unless {@link #end} came first.
   */
  @Override
  public void close() {
    outbox.close(new Closure(Closure.Kind.CLOSED_HERE, "this leader closed the stream"));
    opened.completeExceptionally(outbox.closure().orElseThrow().asException());
    // Before the loop ends: what is open then would stay open, unserved.
    ChannelGroupFuture ended = channels.close();
    if (!server.eventLoop().inEventLoop()) {
      ended.awaitUninterruptibly(CLOSE_MS);
    }
    WireLoops.stop(group);
  }

  private void wake() {
    LeaderSession session = openSession();
    if (session != null) {
      session.wake();
    }
  }

  private LeaderSession openSession() {
    return opened.isCompletedExceptionally() ? null : opened.getNow(null);
  }

  private final class Accept extends ChannelInitializer<SocketChannel>
      implements LeaderSession.Owner {
    @Override
    protected void initChannel(SocketChannel channel) {
      channels.add(channel);
      LeaderSession session = new LeaderSession(config, manifest, outbox, listener, counters, this);
      WirePipeline.install(
          channel.pipeline(), config.liveness(), System::nanoTime, counters, session);
    }

    @Override
    public boolean claim(LeaderSession session) {
      if (claimed != null) {
        return false;
      }
      claimed = session;
      return true;
    }

    @Override
    public void opened(LeaderSession session) {
      ChannelFuture _ = server.close();
      opened.complete(session);
      listener.connected();
    }

    @Override
    public void closed(LeaderSession session, Closure closure) {
      if (session.isOpen()) {
        outbox.close(closure);
        listener.closed(outbox.closure().orElseThrow());
        return;
      }
      if (session == claimed) {
        claimed = null;
      }
      listener.refused(session.peer() + ": " + closure.detail());
    }
  }
}
