package dev.vls.replay;

import dev.vls.log.BrkFrame;
import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogPosition;
import dev.vls.sma.Answer;
import dev.vls.sma.CommitObserver;
import dev.vls.sma.Domain;
import dev.vls.sma.EventSource;
import dev.vls.sma.Outcome;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The replayer: runs a domain to each recorded instant, delivers the event there, and compares what
 * can be compared (DESIGN section 6).
 *
 * <p>Register it as observer too: digests are compared after the commit they belong to. Domain's
 * thread.
 */
public final class LogSource implements EventSource, CommitObserver {
  private static final int REMEMBERED_EVENTS = 8;
  private static final String END_OF_LOG = "end of the recording";

  private final Domain domain;
  private final EventFeed feed;
  private final long until;
  private final IdleRule idle;
  private final Deque<String> lastEvents = new ArrayDeque<>();
  private Optional<BrkFrame.StateDigest> expected = Optional.empty();
  private Optional<EndFrame> end = Optional.empty();
  private Optional<String> cut = Optional.empty();
  private long events;
  private long digests;

  /** What a waiting machine without an event at its position does. */
  public enum IdleRule {
    /** Its time jumps to the next deadline: virtual time. */
    JUMP,
    /** It cannot be: waking needs an event. */
    EVENT
  }

  /**
   * Creates a replayer.
   *
   * @param until retired instructions after which the replay ends, {@link Long#MAX_VALUE} for the
   *     whole recording
   */
  public LogSource(Domain domain, EventFeed feed, IdleRule idle, long until) {
    this.domain = domain;
    this.feed = feed;
    this.idle = idle;
    this.until = until;
  }

  /** Returns how many events were delivered. */
  public long events() {
    return events;
  }

  /** Returns how many state digests were compared and found equal. */
  public long digestsCompared() {
    return digests;
  }

  /** Returns how the recorded run ended, once the replay has come there. */
  public Optional<EndFrame> end() {
    return end;
  }

  /** Returns why the recording stops without an end, once the replay has come there. */
  public Optional<String> cut() {
    return cut;
  }

  /**
   * Returns whether the recording has no end and everything it has was replayed; waits for what may
   * still come. Ask when the domain has ended.
   */
  public boolean isCut() {
    return cut.isPresent()
        || (end.isEmpty() && item(domain.machine().position()) instanceof EventFeed.Item.Cut);
  }

  @Override
  public long budget(Position now) {
    long steps = next(now).map(position -> position.steps() - now.steps()).orElse(1L);
    return Math.max(1, Math.min(steps, until - now.instret()));
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    if (at.position().instret() >= until) {
      return new Answer.End("stopped at instruction " + at.position().instret());
    }
    return switch (item(at.position())) {
      case EventFeed.Item.Progress later -> Answer.CONTINUE;
      case EventFeed.Item.Cut(String reason) -> cut(reason);
      case EventFeed.Item.End(EndFrame frame) -> ended(at, frame);
      case EventFeed.Item.Next(Event event) -> due(machine, at, event);
    };
  }

  @Override
  public Answer await(Machine machine, Boundary at) {
    Answer answer = poll(machine, at);
    if (!(answer instanceof Answer.Continue)) {
      return answer;
    }
    if (idle == IdleRule.JUMP && machine.idleDeadline().isPresent()) {
      return Answer.JUMP;
    }
    throw diverged(
        "what the guest does here", "no wait without an event", "a wait for an interrupt");
  }

  @Override
  public void committed(Boundary at, Answer.Delivery event) {
    if (expected.isPresent()) {
      compare(expected.get(), Digests.periodic(domain));
      expected = Optional.empty();
      digests++;
    }
  }

  /**
   * Compares how the replayed run ended with the recording; called when the domain has ended by
   * itself or at the recorded end.
   *
   * @throws DivergenceException if anything differs
   */
  public void verifyEnd(Outcome outcome) {
    EndFrame frame =
        end.orElseGet(
            () -> {
              if (item(domain.machine().position()) instanceof EventFeed.Item.End(EndFrame last)) {
                return last;
              }
              throw diverged("the end of the run", "not reached yet", outcome.toString());
            });
    end = Optional.of(frame);
    Position here = domain.machine().position();
    check("the position of the end", position(frame.position()), here);
    check("the reason of the end", frame.reason(), Recorder.reason(outcome));
    check("the guest's exit status", frame.exitCode(), Recorder.status(outcome));
    check("the number of output messages", frame.outputBytes(), domain.gate().messages());
    EndFrame.FinalDigests found = Digests.last(domain);
    check("the final register hash", frame.digests().registers(), found.registers());
    check("the final output hash", frame.digests().output(), found.output());
    check("the final memory hash", frame.digests().ram(), found.ram());
  }

  private Optional<Position> next(Position now) {
    return switch (item(now)) {
      case EventFeed.Item.Progress(LogPosition position) -> Optional.of(position(position));
      case EventFeed.Item.Next(Event event) -> Optional.of(position(event.position()));
      case EventFeed.Item.End(EndFrame frame) -> Optional.of(position(frame.position()));
      case EventFeed.Item.Cut(String reason) -> Optional.empty();
    };
  }

  private Answer cut(String reason) {
    cut = Optional.of(reason);
    return new Answer.End(reason);
  }

  private Answer ended(Boundary at, EndFrame frame) {
    if (frame.position().steps() > at.position().steps()) {
      return Answer.CONTINUE;
    }
    check("the position of the end", position(frame.position()), at.position());
    end = Optional.of(frame);
    return new Answer.End(END_OF_LOG);
  }

  private Answer due(Machine machine, Boundary at, Event event) {
    BrkFrame brk = event.brk();
    if (brk.position().steps() > at.position().steps()) {
      return Answer.CONTINUE;
    }
    check("the position of event " + (events + 1), position(brk.position()), at.position());
    check("the kind of instant", brk.kind(), EventEncoder.kind(at.kind()));
    check("the hart", Integer.toUnsignedString(brk.hart()), Integer.toString(at.hart()));
    check("the program counter", Long.toHexString(brk.pc()), Long.toHexString(at.pc()));
    check("the guest's mark", '"' + brk.mark() + '"', '"' + domain.mark() + '"');
    Answer.Delivery delivery = EventDecoder.decode(event);
    refuseUnknownFrames(machine, delivery);
    remember(event);
    feed.advance();
    events++;
    expected = brk.digest();
    return delivery;
  }

  private void refuseUnknownFrames(Machine machine, Answer.Delivery delivery) {
    delivery.transfers().stream()
        .flatMap(transfer -> transfer.updates().stream())
        .mapToInt(FrameUpdate::frame)
        .filter(frame -> !machine.memory().isFrame(frame))
        .findFirst()
        .ifPresent(
            frame ->
                check("a stored frame's number", "frame " + frame, "no frame of this machine"));
  }

  private void compare(BrkFrame.StateDigest recorded, BrkFrame.StateDigest found) {
    check("the register digest", hex(recorded.registers()), hex(found.registers()));
    check("the device digest", hex(recorded.devices()), hex(found.devices()));
    check("the number of output messages", recorded.outputBytes(), found.outputBytes());
    check("the output digest", hex(recorded.output()), hex(found.output()));
    check("the memory digest", hex(recorded.memory()), hex(found.memory()));
  }

  private void check(String what, Object recorded, Object found) {
    if (!recorded.equals(found)) {
      throw diverged(what, recorded.toString(), found.toString());
    }
  }

  private DivergenceException diverged(String what, String recorded, String found) {
    Machine machine = domain.machine();
    return new DivergenceException(
        new DivergenceReport(
            machine.position(),
            what,
            recorded,
            found,
            machine.describe(),
            new ArrayList<>(lastEvents)));
  }

  private void remember(Event event) {
    if (lastEvents.size() == REMEMBERED_EVENTS) {
      lastEvents.removeFirst();
    }
    lastEvents.add(summary(event));
  }

  private static String summary(Event event) {
    BrkFrame brk = event.brk();
    return String.format(
        "%s %s pc %x, %d SMA frames, %d VMM stores, ports %s",
        position(brk.position()),
        brk.kind(),
        brk.pc(),
        event.sma().size(),
        brk.updates().size(),
        List.copyOf(brk.ports()));
  }

  /** Returns what comes next, behind marks of progress that tell nothing new. */
  private EventFeed.Item item(Position now) {
    try {
      EventFeed.Item item = feed.peek();
      while (item instanceof EventFeed.Item.Progress(LogPosition position)
          && position.steps() <= now.steps()) {
        feed.advance();
        item = feed.peek();
      }
      return item;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new EventFeed.Item.Cut("interrupted");
    }
  }

  private static Position position(LogPosition position) {
    return new Position(position.instret(), position.traps());
  }

  private static String hex(long value) {
    return String.format("%016x", value);
  }
}
