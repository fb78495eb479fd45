package dev.vls.sma;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import dev.vls.vmm.TimeBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Events of a machine that runs live: what back-ends have flushed, and time. */
final class LiveSource implements EventSource {
  /**
   * Fewest steps between two looks at the inbox, of a guest that goes on; bounds the latency of a
   * commit to about a quarter of a millisecond of interpretation.
   */
  static final long QUANTUM = 25_000;

  /** Most steps, however fast the engine: it may be slow a moment later. */
  static final long MOST_QUANTUM = 200_000;

  /**
   * Guest time between two looks otherwise: a look costs about a microsecond. The rate of guest
   * time follows the speed of the engine.
   */
  private static final long QUANTUM_TICKS = 100_000 / Pacer.NS_PER_TICK;

  /** A boundary so few steps behind a look at the clock needs no other. */
  private static final long LOOK = 5_000;

  /** Programs in one event; more wait for the next boundary. */
  static final int PROGRAMS_PER_EVENT = 64;

  /** Programs that a channel holds for the guest's poll; from there on a flush is a push. */
  static final int HELD_PROGRAMS = 1024;

  private static final long LONGEST_SLEEP_NS = 3_600_000_000_000L;

  private final Inbox inbox;
  private final OutputGate gate;
  private final TimePolicy time;
  private final TimeBase timeBase;
  private final EventAssembly assembly;
  private final Supplier<Optional<String>> stop;
  private final BooleanSupplier owed;
  private final List<Submission> flushed = new ArrayList<>();
  private long deliveredAtSteps = -1;
  private long lookedAtSteps = -LOOK;

  LiveSource(
      Inbox inbox,
      OutputGate gate,
      TimePolicy time,
      TimeBase timeBase,
      EventAssembly assembly,
      Supplier<Optional<String>> stop,
      BooleanSupplier owed) {
    this.stop = stop;
    this.owed = owed;
    this.inbox = inbox;
    this.gate = gate;
    this.time = time;
    this.timeBase = timeBase;
    this.assembly = assembly;
  }

  @Override
  public long budget(Position now) {
    return quantum(timeBase.rate()) - LOOK; // so far may the last look at the clock be behind
  }

  /** Returns how many steps may lie between two looks where guest time goes at this rate. */
  static long quantum(long rate) {
    return Math.clamp((QUANTUM_TICKS << 32) / Math.max(1, rate), QUANTUM, MOST_QUANTUM);
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    Optional<String> reason = stop.get();
    if (reason.isPresent()) {
      return new Answer.End(reason.get());
    }
    if (at.position().steps() == deliveredAtSteps) {
      return Answer.CONTINUE;
    }
    drain();
    if (flushed.isEmpty() && !gate.markNeeded() && at.position().steps() - lookedAtSteps < LOOK) {
      return Answer.CONTINUE;
    }
    lookedAtSteps = at.position().steps();
    return answer(time.rebase(machine), at);
  }

  @Override
  public Answer await(Machine machine, Boundary at) throws InterruptedException {
    drain();
    if (flushed.isEmpty() && !gate.markNeeded() && stop.get().isEmpty()) {
      long sleep = time.sleepNs(machine);
      if (sleep == 0 && time.jumps()) {
        if (!owed.getAsBoolean()) {
          return Answer.JUMP;
        }
        sleep = LONGEST_SLEEP_NS; // an answer ends it
      }
      if (sleep > 0) {
        take(inbox.await(Math.min(sleep, LONGEST_SLEEP_NS)));
      }
      drain();
    }
    Optional<String> reason = stop.get();
    if (reason.isPresent()) {
      return new Answer.End(reason.get());
    }
    return answer(time.wake(machine), at);
  }

  @Override
  public void delivered() {
    assembly.report();
  }

  /** Flushes what a channel holds, because the guest has polled its port. */
  void polled(PortBinding binding) {
    for (int waiting = inbox.depth(); waiting > 0; waiting--) {
      take(inbox.poll()); // what was held before the poll may still be on its way
    }
    flushed.addAll(binding.takeHeld());
  }

  private void drain() {
    while (flushed.size() < PROGRAMS_PER_EVENT) {
      Submission next = inbox.poll();
      if (next == null) {
        return;
      }
      take(next);
    }
  }

  private void take(Submission next) {
    switch (next) {
      case null -> {}
      case Submission.Wake wake -> {}
      case Submission.Exclusion exclusion -> flushed.add(exclusion);
      case Submission.Remark remark -> flushed.add(remark);
      case Submission.Flushed program -> take(program);
    }
  }

  private void take(Submission.Flushed program) {
    PortBinding binding = program.attachment().binding();
    boolean poll = program.flush() == Submission.Flush.POLL;
    if (poll && program.attachment().open() && binding.heldPrograms() < HELD_PROGRAMS) {
      binding.hold(program);
      return;
    }
    flushed.addAll(binding.takeHeld()); // what was held is older
    flushed.add(program.pushed());
  }

  /**
   * Takes together what there is.
   *
   * @param rebase of time, or null
   */
  private Answer answer(Transfer rebase, Boundary at) {
    if (rebase != null) {
      assembly.add(rebase);
    }
    for (Submission submission : flushed) {
      assembly.add(submission);
    }
    flushed.clear();
    if (assembly.isEmpty() && !gate.markNeeded()) {
      assembly.report();
      return Answer.CONTINUE;
    }
    deliveredAtSteps = at.position().steps();
    return assembly.take();
  }
}
