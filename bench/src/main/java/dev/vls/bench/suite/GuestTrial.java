package dev.vls.bench.suite;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.guest.ExtraEvents;
import dev.vls.bench.guest.GuestOutput;
import dev.vls.bench.guest.Launcher;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Qemu;
import dev.vls.bench.guest.TurnPair;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Variant;
import dev.vls.bench.result.Variant.Kind;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs one guest of {@code guests/bench} in every variant. Every run with the same arguments must
 * print the same checksum, and at full size the table's.
 */
final class GuestTrial implements Bench.Trial {
  private static final Pattern ROUNDS = Pattern.compile("\\bn=(\\d+)");

  /** Events that a run in turns has beside those of its own. */
  static final int EVENTS_PER_S = 100;

  /** How long it takes at least, of one machine and of each of two. */
  private static final double SWITCHED_S = 20;

  private static final double PAIR_S = 3;

  /**
   * Turns of two machines: long beside the refilling of caches, short beside the changes of a host.
   */
  private static final double TURN_S = 0.01;

  private static final long TINY_TURN_STEPS = 1_000;

  private final Bench bench;
  private final BenchGuest guest;
  private final Workload workload;
  private final Map<String, String> printed = new HashMap<>();
  private final IdleRuns idle = new IdleRuns();
  private Optional<Speed> speed = Optional.empty();
  private double instructions = Double.NaN;
  private double idleInstructions = Double.NaN;

  /** What a plain run of the workload takes. */
  private record Speed(double wallS, double instructions) {}

  GuestTrial(Bench bench, BenchGuest guest) {
    this(bench, guest, bench.config().scale() == Scale.TINY ? guest.tiny() : guest.arguments());
  }

  /**
   * @param arguments the size of the work
   */
  GuestTrial(Bench bench, BenchGuest guest, String arguments) {
    this.bench = bench;
    this.guest = guest;
    workload = Workload.cpu(guest.image(), arguments, bench.config().ramBytes());
  }

  /** Checks at a size of milliseconds that both engines, and QEMU if it is there, agree. */
  void checkEngines() throws Exception {
    Workload tiny = workload.with(guest.tiny());
    check("translator", tiny, bench.runner().plain(tiny));
    check("interpreter", tiny, bench.runner().plain(tiny.interpreted(guest.tiny())));
    if (guest.portable() && bench.config().beside().qemu().isPresent()) {
      check("qemu", tiny, qemu(tiny, Variant.QEMU_PLAIN));
    }
  }

  @Override
  public Measurement run(Variant variant, Path log) throws Exception {
    return switch (variant) {
      case PLAIN -> machine(variant, workload, bench.runner().plain(workload));
      case RECORD -> machine(variant, workload, bench.runner().record(workload, log));
      case SWITCHED -> switched(log);
      case PAGED_IN_TURNS -> paged();
      case REPLAYED_IN_TURNS -> replayed();
      case REPLAY -> machine(variant, workload, bench.runner().replay(log));
      case INTERPRETER -> interpreted();
      case PROCESS, PROCESS_RECORD, REPLICATED, QEMU_PLAIN, QEMU_ICOUNT, QEMU_RECORD, QEMU_REPLAY ->
          child(variant);
      case PAIR -> throw new IllegalArgumentException("a pair is not one guest");
    };
  }

  private Measurement machine(Variant variant, Workload ran, Measurement measurement)
      throws WrongResultException {
    check(variant.label(), ran, measurement);
    instructions = measurement.values().get(Metric.INSTRUCTIONS);
    return measurement;
  }

  /** By itself a guest has ten to twenty events a second, too few for turns enough. */
  private Measurement switched(Path log) throws Exception {
    Workload longer = lasting(SWITCHED_S);
    Measurement measurement =
        bench.runner().recordInTurns(longer, log, source -> new ExtraEvents(source, EVENTS_PER_S));
    check(Variant.SWITCHED.label(), longer, measurement);
    return measurement;
  }

  /** The checksum is that of a run without paging. */
  private Measurement paged() throws Exception {
    Workload longer = lasting(PAIR_S);
    return together(
        Variant.PAGED_IN_TURNS,
        longer,
        bench
            .runner()
            .plainInTurns(longer.with(longer.arguments() + " paging=1"), longer, turnSteps()));
  }

  /** What is replayed was recorded before, by itself. */
  private Measurement replayed() throws Exception {
    Workload longer = lasting(PAIR_S);
    Path recorded = bench.folder().resolve("recorded-log");
    Path replayed = bench.folder().resolve("replayed-log");
    check(Variant.REPLAYED_IN_TURNS.label(), longer, bench.runner().record(longer, replayed));
    TurnPair pair = bench.runner().replayInTurns(longer, recorded, replayed, turnSteps());
    Bench.remove(recorded);
    Bench.remove(replayed);
    return together(Variant.REPLAYED_IN_TURNS, longer, pair);
  }

  private Measurement together(Variant variant, Workload ran, TurnPair pair)
      throws WrongResultException {
    check(variant.label(), ran, pair.first());
    check(variant.label(), ran, pair.second());
    return pair.together();
  }

  /** Returns the workload, so many times as often that it takes at least about so long. */
  private Workload lasting(double seconds) throws Exception {
    if (bench.config().scale() == Scale.TINY) {
      return workload;
    }
    long times = Math.max(1, Math.round(seconds / speed().wallS()));
    Matcher rounds = ROUNDS.matcher(workload.arguments());
    return workload.with(rounds.replaceFirst(n -> "n=" + times * Long.parseLong(n.group(1))));
  }

  private long turnSteps() throws Exception {
    return bench.config().scale() == Scale.TINY
        ? TINY_TURN_STEPS
        : Math.max(1, Math.round(speed().instructions() / speed().wallS() * TURN_S));
  }

  private Speed speed() throws Exception {
    if (speed.isEmpty()) {
      Map<Metric, Double> values = bench.runner().plain(workload).values();
      speed = Optional.of(new Speed(values.get(Metric.WALL), values.get(Metric.INSTRUCTIONS)));
    }
    return speed.get();
  }

  /** At the guest's own default size, which is made for it. */
  private Measurement interpreted() throws Exception {
    Workload small = workload.interpreted(bench.config().scale() == Scale.TINY ? guest.tiny() : "");
    Measurement measurement = bench.runner().plain(small);
    check(Variant.INTERPRETER.label(), small, measurement);
    return measurement;
  }

  /**
   * A child process has instructions and a steady state too: its own run less one of 0 rounds,
   * which is its start and its end.
   */
  private Measurement child(Variant variant) throws Exception {
    // A replay of 0 rounds takes what its recording takes.
    Variant start = variant == Variant.QEMU_REPLAY ? Variant.QEMU_RECORD : variant;
    Measurement nothing = idle.of(start, this::idle);
    Path own = bench.folder().resolve("command-log");
    Measurement measurement = start(workload, variant, own);
    Bench.remove(own);
    check(variant.label(), workload, measurement);
    Map<Metric, Double> values = IdleRuns.less(measurement, nothing);
    values.put(Metric.INSTRUCTIONS, instructions);
    values.put(Metric.STEADY_INSTRUCTIONS, instructions - idleInstructions);
    return measurement.with(values);
  }

  private Measurement idle(Variant variant) throws Exception {
    Workload nothing = workload.with(ROUNDS.matcher(workload.arguments()).replaceFirst("n=0"));
    if (Double.isNaN(idleInstructions)) {
      idleInstructions = bench.runner().plain(nothing).values().get(Metric.INSTRUCTIONS);
    }
    Path log = bench.folder().resolve("idle-log");
    Measurement measurement = start(nothing, variant, log);
    Bench.remove(log);
    return measurement;
  }

  private Measurement start(Workload ran, Variant variant, Path log) throws Exception {
    if (variant.kind() == Kind.QEMU) {
      return qemu(ran, variant);
    }
    Launcher launcher = bench.config().beside().launcher().orElseThrow();
    Path image = bench.runner().images().path(guest.image());
    return switch (variant) {
      case PROCESS -> launcher.run(image, ran.arguments(), ran.ramBytes());
      case REPLICATED -> launcher.replicate(image, ran.arguments(), ran.ramBytes(), log);
      default -> launcher.record(image, ran.arguments(), ran.ramBytes(), log);
    };
  }

  private Measurement qemu(Workload ran, Variant variant) throws Exception {
    Qemu qemu = bench.config().beside().qemu().orElseThrow();
    Path image = bench.runner().images().path(guest.image());
    return qemu.run(image, ran.arguments(), ran.ramBytes(), variant);
  }

  private void check(String how, Workload ran, Measurement measurement)
      throws WrongResultException {
    String line = GuestOutput.checksumLine(guest.image(), measurement.output());
    String what = guest.name() + " (" + how + ")";
    if (ran.arguments().equals(guest.arguments())) {
      GuestOutput.require(what, guest.checksum(), line.substring(line.lastIndexOf('=') + 1));
    }
    GuestOutput.require(what, printed.getOrDefault(ran.arguments(), line), line);
    printed.put(ran.arguments(), line);
  }
}
