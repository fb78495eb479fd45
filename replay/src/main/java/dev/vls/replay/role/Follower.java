package dev.vls.replay.role;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.LogPosition;
import dev.vls.log.wire.Closure;
import dev.vls.log.wire.FollowerConfig;
import dev.vls.log.wire.FollowerLink;
import dev.vls.log.wire.ManifestCheck;
import dev.vls.log.wire.StreamMark;
import dev.vls.replay.DeviceKinds;
import dev.vls.replay.EventSink;
import dev.vls.replay.LogSource;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recorder;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Answer;
import dev.vls.sma.HostClock;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Position;
import dev.vls.vmm.board.ImageException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The following side: replays the leader's stream as it arrives and, when the leader is lost and
 * the fence is won, goes on live from the last event it holds.
 *
 * <p>One thread, the domain's, calls everything.
 */
public final class Follower implements AutoCloseable {
  private final FollowerLink link;
  private final VirtualMachine vm;
  private final LogSource source;
  private Optional<Recorder> recorder = Optional.empty();
  private volatile boolean stopped;
  private long mostBehind;
  private long sumBehind;
  private long replayedEvents;
  private LongConsumer consoleAcknowledged = offset -> {};

  /** How following ended. */
  public enum Ending {
    /** The run ended, and this replay with it, equal in everything. */
    RUN_OVER,
    /** The leader is gone; everything it sent has been replayed. */
    LEADER_LOST,
    /** This side was told to stop; the leader, if it lives, goes on alone. */
    STOPPED
  }

  private Follower(FollowerLink link, VirtualMachine vm) {
    this.link = link;
    this.vm = vm;
    this.source = vm.replay(new FollowerFeed(link, this::marked), Long.MAX_VALUE);
    vm.domain().observe(this::replayed);
  }

  /**
   * Connects to a leader and builds its machine.
   *
   * @throws LogException if there is no leader, or its machine is not the expected one
   * @throws ImageException if the leader's image cannot be loaded here
   */
  public static Follower connect(FollowerConfig config, DeviceKinds kinds)
      throws LogException, ImageException, InterruptedException {
    return connect(config, kinds, ManifestCheck.NONE);
  }

  /**
   * Connects to a leader and builds its machine, if {@code check} has nothing against it; a leader
   * that is refused goes on waiting for a follower.
   *
   * @throws LogException if there is no leader, or its machine is not the expected one
   * @throws ImageException if the leader's image cannot be loaded here
   */
  public static Follower connect(FollowerConfig config, DeviceKinds kinds, ManifestCheck check)
      throws LogException, ImageException, InterruptedException {
    FollowerLink link = FollowerLink.connect(config, check);
    try {
      MachineSpec spec = MachineSpec.of(link.manifest(), link.images());
      return new Follower(link, VirtualMachine.create(spec, kinds, OutputGate.Release.IMMEDIATE));
    } catch (LogException | ImageException | RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /**
   * Returns the machine, for attaching what retains output and, after a takeover, the real
   * back-ends.
   */
  public VirtualMachine vm() {
    return vm;
  }

  /** Returns the stream, for its counters and for what it transferred. */
  public FollowerLink link() {
    return link;
  }

  /** Sets who is told how much console output the leader's client has acknowledged. */
  public void onConsoleAcknowledged(LongConsumer listener) {
    consoleAcknowledged = listener;
  }

  /** Keeps a log of its own: the leader's events and, after a takeover, those that follow. */
  public void record(EventSink sink) {
    Recorder log = new Recorder(vm.domain(), sink);
    vm.domain().observe(log);
    recorder = Optional.of(log);
  }

  /**
   * Replays until the run is over or the leader is lost.
   *
   * @throws dev.vls.replay.DivergenceException if this machine does not do what the leader's did
   */
  public Ending follow() throws InterruptedException {
    Outcome outcome = vm.domain().run(source);
    if (isStopped() && source.end().isEmpty()) {
      return leftInOrder(outcome);
    }
    if (source.isCut()) {
      return isStopped() ? leftInOrder(outcome) : Ending.LEADER_LOST;
    }
    source.verifyEnd(outcome);
    recorder.ifPresent(log -> log.end(outcome));
    return Ending.RUN_OVER;
  }

  /** This side's log is whole as far as it goes. */
  private Ending leftInOrder(Outcome outcome) {
    recorder.ifPresent(log -> log.end(outcome));
    return Ending.STOPPED;
  }

  /** Returns whether {@link #stop} was called. Any thread. */
  public boolean isStopping() {
    return stopped;
  }

  private boolean isStopped() {
    return stopped || link.closure().filter(c -> c.kind() == Closure.Kind.CLOSED_HERE).isPresent();
  }

  /**
   * Wins the fence, so that this side may go live.
   *
   * @param name of this process at the fence
   * @throws HostException if the leader lives, or it cannot be found out
   */
  public void win(Fence fence, String name) throws HostException {
    FencedRun run = new FencedRun(Bytes.wrap(link.manifestFile()), link.epoch());
    if (!fence.win(run, name)) {
      throw new HostException(
          "the leader is out of sight (%s) but has won the fence: it goes on alone, and this follower stops"
              .formatted(link.closure().map(Closure::detail).orElse("no word from it")));
    }
  }

  /** Returns the most events that have waited here for their replay. */
  public long mostEventsBehind() {
    return mostBehind;
  }

  /** Returns how many events waited here on average when one was replayed. */
  public double meanEventsBehind() {
    return replayedEvents == 0 ? 0 : (double) sumBehind / replayedEvents;
  }

  /** Goes on live from the last event, with the back-ends that are attached now. */
  public Outcome goOn() throws InterruptedException {
    Outcome outcome = vm.domain().run(vm.live(HostClock.SYSTEM));
    recorder.ifPresent(log -> log.end(outcome));
    return outcome;
  }

  /**
   * Ends this side in order: {@link #follow} with {@link Ending#STOPPED}, {@link #goOn} at the next
   * boundary. Any thread.
   */
  public void stop(String reason) {
    stopped = true;
    vm.stop(reason);
    link.close();
  }

  @Override
  public void close() {
    link.close();
    vm.close();
  }

  private void replayed(Boundary at, Answer.Delivery event) {
    Position position = at.position();
    link.replayed(new LogPosition(position.instret(), position.traps()));
    int behind = link.queueDepth();
    mostBehind = Math.max(mostBehind, behind);
    sumBehind += behind;
    replayedEvents++;
  }

  private void marked(List<StreamMark> marks) {
    for (StreamMark mark : marks) {
      if (mark.stream() == ProgressSource.CONSOLE_STREAM) {
        consoleAcknowledged.accept(mark.amount());
      }
    }
  }
}
