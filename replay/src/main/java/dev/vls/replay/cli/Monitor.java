package dev.vls.replay.cli;

import dev.vls.log.store.LogWriter;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.DomainCounters;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/**
 * What a person at the terminal can ask of a machine that runs; outside the boundary, so nothing
 * here touches the machine but a request to stop.
 */
final class Monitor implements EscapeInput.Actions {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long POLL_MS = 10;

  private final PrintStream screen;
  private final Runnable quit;
  private final DomainCounters counters;
  private final Remarks remarks;
  private volatile Optional<LogWriter> log = Optional.empty();
  private int marks;

  Monitor(PrintStream screen, VirtualMachine vm) {
    this(screen, vm.domain().counters(), vm.domain()::remark, () -> vm.stop("stopped by the user"));
  }

  Monitor(PrintStream screen, DomainCounters counters, Remarks remarks, Runnable quit) {
    this.screen = screen;
    this.counters = counters;
    this.remarks = remarks;
    this.quit = quit;
  }

  /** Takes what is to be remarked about the run where it stands. */
  @FunctionalInterface
  interface Remarks {
    void add(String text) throws InterruptedException;
  }

  /** Tells of the log that the run is recorded to. */
  void recordsTo(LogWriter writer) {
    log = Optional.of(writer);
  }

  @Override
  public void quit() {
    quit.run();
  }

  @Override
  public void show(String text) {
    screen.print(text);
    screen.flush();
  }

  @Override
  public void command(String line) {
    String[] words = line.split(" ", 2);
    switch (words[0]) {
      case "" -> {}
      case "info" -> info();
      case "savelog" -> saveLog();
      case "mark" -> mark(words.length > 1 ? words[1] : "");
      case "quit" -> quit();
      case "help" -> help();
      default -> show("'" + words[0] + "' is not a command; 'help' lists them\n");
    }
  }

  private void info() {
    show(
        "%,d steps, %,d events: %,d programs with %,d bytes, %,d port activations, %,d re-bases of time%n"
            .formatted(
                counters.steps(),
                counters.events(),
                counters.transfers(),
                counters.bytes(),
                counters.activations(),
                counters.rebases()));
    log.ifPresent(
        writer ->
            show(
                "%,d events on disk, %,d waiting%n"
                    .formatted(writer.durableSequence(), writer.queueDepth())));
  }

  /** Waits until everything that is recorded by now is on disk. */
  private void saveLog() {
    if (log.isEmpty()) {
      show("this run is not recorded; 'vls record' does\n");
      return;
    }
    long recorded = counters.events();
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (log.get().durableSequence() < recorded && System.nanoTime() < deadlineNs) {
        Thread.sleep(POLL_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long durable = log.get().durableSequence();
    show(
        durable >= recorded
            ? "the first %,d events are on disk%n".formatted(durable)
            : "%,d of %,d events are on disk yet%n".formatted(durable, recorded));
  }

  /** Puts a remark into the recording, and prints where the run stands. */
  private void mark(String text) {
    marks++;
    try {
      remarks.add("mark " + marks + (text.isEmpty() ? "" : ": " + text));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // nothing was remarked
    }
    show(
        "mark %d%s: step %,d, behind event %,d%n"
            .formatted(
                marks,
                text.isEmpty() ? "" : " '" + text + "'",
                counters.steps(),
                counters.events()));
  }

  private void help() {
    show(
        """
        info        how far the run is, and how much reached the guest
        savelog     wait until what is recorded is on disk
        mark TEXT   put a remark into the recording, and print where the run stands
        quit        end the run in order, as Ctrl-A x does
        help        this
        Ctrl-A c goes back to the guest
        """);
  }
}
