package dev.vls.replay.role;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.wire.Closure;
import dev.vls.log.wire.LeaderConfig;
import dev.vls.log.wire.LeaderLink;
import dev.vls.log.wire.LeaderListener;
import dev.vls.log.wire.WireCounters;
import dev.vls.replay.EventSink;
import dev.vls.replay.Recorder;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.EventSource;
import dev.vls.sma.HostClock;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The leading side: streams every event, releases output when the follower holds what lies behind
 * it, and decides what to do when the follower is lost.
 *
 * <p>The machine's gate must have been created with {@code Release.STABLE}.
 */
public final class Leader implements EventSink, AutoCloseable {
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);

  private final VirtualMachine vm;
  private final Fence fence;
  private final String name;
  private final FencedRun run;
  private final Optional<EventSink> log;
  private final Consumer<String> notice;
  private final CompletableFuture<Optional<HostException>> verdict = new CompletableFuture<>();
  private final LeaderLink link;
  private final AtomicBoolean deciding = new AtomicBoolean();
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile boolean stopping;
  private volatile boolean ending;
  private boolean alone;

  /**
   * Begins to listen for a follower.
   *
   * @param name of this process at the fence
   * @param log where events are kept too
   * @param notice told in one sentence what happens; any thread
   * @throws LogException if the address cannot be listened on
   */
  public Leader(
      VirtualMachine vm,
      LeaderConfig config,
      Fence fence,
      String name,
      Optional<EventSink> log,
      Consumer<String> notice)
      throws LogException {
    this.vm = vm;
    this.fence = fence;
    this.name = name;
    this.run = new FencedRun(config.manifestFile(), config.epoch());
    this.log = log;
    this.notice = notice;
    this.link = LeaderLink.listen(config, new Listener());
  }

  /** Returns where followers connect. */
  public InetSocketAddress address() {
    return link.address();
  }

  /** Returns what the stream has carried. */
  public WireCounters counters() {
    return link.counters();
  }

  /** Returns how many events the follower does not hold yet. Any thread. */
  public long unstableEvents() {
    long stable = link.stableSequence(); // first: the other only grows
    return link.sequence() - stable;
  }

  /** Returns how many bytes of events may be sent before the guest pauses. Any thread. */
  public long credits() {
    return link.credits();
  }

  /** Returns how much console output a client has acknowledged. Any thread. */
  public long acknowledgedConsole() {
    return acknowledged.get();
  }

  /**
   * Waits for the follower.
   *
   * @return whether one is connected; false if the time is over or {@link #stop} was called
   */
  public boolean awaitFollower(Duration patience) throws LogException, InterruptedException {
    try {
      return link.awaitFollower(patience);
    } catch (LogException e) {
      if (stopping) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Ends the run in order, with the follower: at the next boundary, also when nobody has come to
   * follow or the follower grants no credit. Any thread; returns at once.
   */
  public void stop(String reason) {
    stopping = true;
    vm.stop(reason);
    if (link.state() == LeaderLink.State.LISTENING) {
      link.close();
    } else {
      CompletableFuture.delayedExecutor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .execute(this::leaveWhenStuck);
    }
  }

  /** Returns whether {@link #stop} was called. */
  public boolean isStopping() {
    return stopping;
  }

  @Override
  public void append(Event event) {
    log.ifPresent(sink -> sink.append(event));
    if (!alone) {
      send(event);
    }
  }

  @Override
  public void end(EndFrame end) {
    ending = true;
    log.ifPresent(sink -> sink.end(end));
    if (!alone) {
      finish(end);
    }
    vm.domain().gate().standAlone();
  }

  @Override
  public void close() {
    link.close();
  }

  /**
   * Returns {@code live}, which from now on also tells the follower how far this machine is when
   * there are no events.
   */
  public EventSource reporting(EventSource live) {
    return new ProgressSource(live, link, acknowledged::get);
  }

  /**
   * Runs the guest live and streams what happens, the end included. Once, after {@link
   * #awaitFollower}.
   *
   * @throws HostException if the run had to end: the follower has taken over, or a back-end failed
   */
  public Outcome lead() throws HostException, InterruptedException {
    Recorder recorder = new Recorder(vm.domain(), this);
    vm.domain().observe(recorder);
    Outcome outcome = vm.domain().run(reporting(vm.live(HostClock.SYSTEM)));
    Optional<HostException> failure = vm.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
    recorder.end(outcome);
    return outcome;
  }

  /**
   * Takes how much console output a client has acknowledged: the follower need not keep it. Any
   * thread.
   */
  public void consoleAcknowledged(long offset) {
    acknowledged.set(offset);
  }

  /** What is still held here may leave once the follower knows how the run ended. */
  private void finish(EndFrame end) {
    try {
      if (!link.end(end, END_PATIENCE)) {
        throw new LogException(
            LogException.Kind.PEER_LOST, "the follower did not confirm the end in time");
      }
    } catch (LogException e) {
      goOnAlone(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          new HostException("interrupted while the follower confirms the end", e));
    }
  }

  private void send(Event event) {
    try {
      link.send(event);
    } catch (LogException e) {
      goOnAlone(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          new HostException("interrupted while waiting for the follower", e));
    }
  }

  /** A follower that grants no credit would keep the domain from stopping. */
  private void leaveWhenStuck() {
    if (!ending) {
      link.close();
    }
  }

  /**
   * The stream is over: the event is the first that only this side has, and only the fence's winner
   * may go on.
   */
  private void goOnAlone(LogException lost) {
    decideOnce(
        link.closure()
            .orElseGet(
                () -> new Closure(Closure.Kind.PEER_LOST, String.valueOf(lost.getMessage()))));
    Optional<HostException> refused = verdict.join();
    if (refused.isPresent()) {
      throw new UncheckedIOException(refused.get());
    }
    alone = true;
  }

  private void decideOnce(Closure closure) {
    if (deciding.compareAndSet(false, true)) {
      Thread.ofPlatform().name("vls-fence").daemon().start(() -> decide(closure));
    }
  }

  /** Neither the event loop nor the domain waits for the fence's file system, unless it has to. */
  private void decide(Closure closure) {
    Optional<HostException> refused = contest(closure);
    if (refused.isPresent()) {
      vm.fail(refused.get()); // first: the domain must not say that it ended in order
      verdict.complete(refused);
    } else {
      verdict.complete(refused);
      vm.domain().gate().standAlone();
      notice.accept("the follower is lost (" + closure.detail() + "); going on alone");
    }
  }

  /** Returns why this side may not go on; none if it may. */
  private Optional<HostException> contest(Closure closure) {
    if (closure.kind() == Closure.Kind.ORDERLY_END) {
      return Optional.empty(); // it said that it would not take over
    }
    try {
      return fence.win(run, name)
          ? Optional.empty()
          : Optional.of(
              new HostException(
                  "the follower is out of sight (%s) and has won the fence: it goes on, and this leader stops"
                      .formatted(closure.detail())));
    } catch (HostException e) {
      return Optional.of(e);
    } catch (RuntimeException | Error e) { // the domain waits for an answer, whatever happens
      return Optional.of(new HostException("the fence failed: " + e, e));
    }
  }

  private final class Listener implements LeaderListener {
    @Override
    public void connected() {
      notice.accept("a follower is connected");
    }

    @Override
    public void refused(String detail) {
      notice.accept("a follower was refused: " + detail);
    }

    @Override
    public void stable(long sequence) {
      vm.domain().gate().stable(sequence);
    }

    @Override
    public void closed(Closure closure) {
      if (closure.kind() != Closure.Kind.CLOSED_HERE) {
        decideOnce(closure);
      }
    }
  }
}
