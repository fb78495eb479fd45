package dev.vls.bench.suite;

import dev.vls.bench.guest.DiskChoice;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Variant;
import dev.vls.sma.CaptureMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A guest that is recorded for its log.
 *
 * @param subject what it is called in tables
 * @param image its image
 * @param full arguments at full size
 * @param quick arguments of the quick bench
 * @param tiny arguments with which it ends at once
 * @param printed what it must print
 */
record Load(String subject, String image, String full, String quick, String tiny, String printed) {
  static final Load IDLE =
      new Load(
          "idle, 100 Hz timer (clock)",
          "clock",
          "ticks=1000 period_us=10000",
          "ticks=200 period_us=10000",
          "ticks=5 period_us=1000",
          "CLOCK PASS");
  static final Load CPU_BOUND =
      new Load("cpu-bound (core)", "core", "n=40000", "n=20000", "n=5", "core n=");
  static final Load IO_BOUND =
      new Load(
          "io-bound, mixed (blkstress)",
          BlockLoads.GUEST,
          "ops=50000 " + BlockLoads.MIXED,
          "ops=20000 " + BlockLoads.MIXED,
          "ops=20 " + BlockLoads.MIXED,
          "BLKSTRESS PASS");
  static final Load TRAPS =
      new Load("trap-heavy (traps)", "traps", "n=3000000", "n=1000000", "n=300", "traps n=");
  static final Load FAULTS =
      new Load("page faults (pgfault)", "pgfault", "n=600", "n=300", "n=2 size=16", "pgfault n=");

  /** What the log consists of is asked of these. */
  static final List<Load> LOGGED = List.of(IDLE, CPU_BOUND, IO_BOUND);

  /** The speed of replay is asked of these. */
  static final List<Load> REPLAYED = List.of(IDLE, CPU_BOUND, IO_BOUND, TRAPS, FAULTS);

  /** Returns the arguments at the bench's scale. */
  String arguments(BenchConfig config) {
    return switch (config.scale()) {
      case FULL -> full;
      case QUICK -> quick;
      case TINY -> tiny;
    };
  }

  /** Returns the guest with its machine. */
  Workload workload(BenchConfig config) {
    Optional<DiskChoice> disk =
        image.equals(BlockLoads.GUEST)
            ? Optional.of(new DiskChoice(DiskChoice.Medium.MEMORY, BlockLoads.SECTORS))
            : Optional.empty();
    return new Workload(image, arguments(config), config.ramBytes(), CaptureMode.STRICT, disk);
  }

  /** Runs it plain, records or replays it. */
  Measurement run(Bench bench, Variant variant, Path log) throws Exception {
    Workload workload = workload(bench.config());
    return require(
        switch (variant) {
          case PLAIN -> bench.runner().plain(workload);
          case RECORD -> bench.runner().record(workload, log);
          case REPLAY -> bench.runner().replay(log);
          default -> throw new IllegalArgumentException(variant + " is not for this");
        });
  }

  /** Returns {@code measurement} if the guest has said what it must. */
  Measurement require(Measurement measurement) throws WrongResultException {
    if (!measurement.output().contains(printed)) {
      throw new WrongResultException("%s did not print '%s'".formatted(image, printed));
    }
    return measurement;
  }
}
