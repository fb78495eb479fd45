package dev.vls.replay;

import dev.vls.log.BrkFrame;
import dev.vls.log.EndFrame;
import dev.vls.log.LogPosition;
import dev.vls.sma.Answer;
import dev.vls.sma.CommitObserver;
import dev.vls.sma.Domain;
import dev.vls.sma.Outcome;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Position;
import java.util.Optional;

/**
 * Frames a domain's commits for a sink, and adds a state digest every so often (DESIGN sections 4,
 * 6).
 *
 * <p>The digest costs what has changed in memory. So it is taken by distance in steps and not with
 * every event, and never so often that it costs more than one part in {@link #DIGEST_SHARE} of the
 * domain's time, however fast the engine is.
 */
public final class Recorder implements CommitObserver {
  /** Steps between two digests, at least. */
  static final long DIGEST_STEPS = 50_000_000;

  /** Events between two digests, at most. */
  static final long DIGEST_EVENTS = 10_000;

  /** After a digest there is none for this many times as long as it took. */
  static final long DIGEST_SHARE = 500;

  private final Domain domain;
  private final EventSink sink;
  private final EventEncoder encoder;
  private long digestAtSteps;
  private long events;
  private long digestNotBeforeNs = System.nanoTime();

  /** Creates a recorder; register it with {@link Domain#observe}. */
  public Recorder(Domain domain, EventSink sink) {
    this.domain = domain;
    this.sink = sink;
    this.encoder = new EventEncoder(domain.machine().memory().ramFrames());
  }

  @Override
  public void committed(Boundary at, Answer.Delivery event) {
    sink.append(encoder.encode(at, event, digest(at.position()), domain.mark()));
  }

  /** Tells the sink how the run ended, with the final hashes. Domain's thread. */
  public void end(Outcome outcome) {
    Position position = domain.machine().position();
    sink.end(
        new EndFrame(
            new LogPosition(position.instret(), position.traps()),
            reason(outcome),
            status(outcome),
            Digests.last(domain),
            domain.gate().messages()));
  }

  static EndFrame.ExitReason reason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.PoweredOff(int status) ->
          status == 0 ? EndFrame.ExitReason.POWERED_OFF : EndFrame.ExitReason.FAILED;
      case Outcome.Restart() -> EndFrame.ExitReason.REBOOT;
      case Outcome.Ended(String reason) -> EndFrame.ExitReason.STOPPED;
    };
  }

  static int status(Outcome outcome) {
    return outcome instanceof Outcome.PoweredOff(int status) ? status : 0;
  }

  private Optional<BrkFrame.StateDigest> digest(Position position) {
    events++;
    long steps = position.steps();
    if (steps - digestAtSteps < DIGEST_STEPS && events < DIGEST_EVENTS) {
      return Optional.empty();
    }
    long startNs = System.nanoTime();
    if (startNs - digestNotBeforeNs < 0) {
      return Optional.empty();
    }
    digestAtSteps = steps;
    events = 0;
    BrkFrame.StateDigest digest = Digests.periodic(domain);
    long endNs = System.nanoTime();
    digestNotBeforeNs = endNs + DIGEST_SHARE * (endNs - startNs);
    return Optional.of(digest);
  }
}
