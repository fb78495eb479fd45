package dev.vls.sma;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Events of a machine that runs live: what back-ends have flushed, and time. */
final class LiveSource implements EventSource {
  /**
   * Steps between two looks at the inbox; bounds the latency of a commit to about a quarter of a
   * millisecond of interpretation.
   */
  static final long QUANTUM = 25_000;

  /** Programs in one event; more wait for the next boundary. */
  static final int PROGRAMS_PER_EVENT = 64;

  /** Programs that a channel holds for the guest's poll; from there on a flush is a push. */
  static final int HELD_PROGRAMS = 1024;

  private static final long LONGEST_SLEEP_NS = 3_600_000_000_000L;

  private final Inbox inbox;
  private final OutputGate gate;
  private final TimePolicy time;
  private final Resolver resolver;
  private final Supplier<Optional<String>> stop;
  private final List<Submission> flushed = new ArrayList<>();
  private long deliveredAtSteps = -1;

  LiveSource(
      Inbox inbox,
      OutputGate gate,
      TimePolicy time,
      Resolver resolver,
      Supplier<Optional<String>> stop) {
    this.stop = stop;
    this.inbox = inbox;
    this.gate = gate;
    this.time = time;
    this.resolver = resolver;
  }

  @Override
  public long budget(Position now) {
    return QUANTUM;
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    if (at.position().steps() == deliveredAtSteps) {
      return stop.get().<Answer>map(Answer.End::new).orElse(Answer.CONTINUE);
    }
    drain();
    return answer(time.rebase(machine), at);
  }

  @Override
  public Answer await(Machine machine, Boundary at) throws InterruptedException {
    drain();
    if (flushed.isEmpty() && !gate.markNeeded()) {
      long sleep = time.sleepNs(machine);
      Submission first = sleep == 0 ? null : inbox.await(Math.min(sleep, LONGEST_SLEEP_NS));
      if (first == null && sleep == 0 && time.jumps()) {
        return Answer.JUMP;
      }
      take(first);
      drain();
    }
    return answer(time.wake(machine), at);
  }

  /** Flushes what a channel holds, because the guest has polled its port. */
  void polled(PortBinding binding) {
    flushed.addAll(binding.held());
    binding.held().clear();
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
    if (next == null || next.program() == null) {
      return;
    }
    boolean hold =
        next.flush() == Submission.Flush.POLL && next.binding().held().size() < HELD_PROGRAMS;
    if (hold) {
      next.binding().held().add(next);
    } else {
      polled(next.binding()); // what was held is older
      flushed.add(next);
    }
  }

  private Answer answer(Transfer rebase, Boundary at) {
    Optional<String> reason = stop.get();
    if (reason.isPresent()) {
      return new Answer.End(reason.get());
    }
    if (flushed.isEmpty() && rebase == null && !gate.markNeeded()) {
      return Answer.CONTINUE;
    }
    List<Transfer> transfers = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    if (rebase != null) {
      transfers.add(rebase);
    }
    for (Submission submission : flushed) {
      resolve(submission, transfers, ports);
    }
    flushed.clear();
    deliveredAtSteps = at.position().steps();
    return new Answer.Delivery(transfers, ports);
  }

  private void resolve(Submission submission, List<Transfer> transfers, List<Integer> ports) {
    PortBinding binding = submission.binding();
    if (!binding.current(submission.attachment())) {
      submission.result().accept(ProgramResult.DETACHED);
      return;
    }
    resolver
        .resolve(binding, submission.program())
        .ifPresentOrElse(
            transfer -> {
              transfers.add(transfer);
              if (submission.flush() == Submission.Flush.PUSH
                  && binding.eventPort() != 0
                  && !ports.contains(binding.eventPort())) {
                ports.add(binding.eventPort());
              }
              submission.result().accept(ProgramResult.COMMITTED);
            },
            () -> submission.result().accept(ProgramResult.REVOKED));
  }
}
