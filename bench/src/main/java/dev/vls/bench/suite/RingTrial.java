package dev.vls.bench.suite;

import dev.vls.bench.guest.GuestOutput;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Variant;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Runs a guest that moves bytes over rings. All runs with the same arguments must print the same,
 * whatever is behind the rings and whatever runs the guest.
 */
final class RingTrial implements Bench.Trial {
  /** In turns: plain, and recorded with its replay. */
  static final List<List<Variant>> GROUPS =
      List.of(List.of(Variant.PLAIN), List.of(Variant.RECORD, Variant.REPLAY));

  /** The work, in the arguments of {@code netstress}. */
  private static final Pattern FRAMES = Pattern.compile("\\bframes=\\d+");

  private final Bench bench;
  private final Workload workload;
  private final Expected expected;
  private final IdleRuns idle = new IdleRuns();

  /** What guests have printed so far, by image and arguments. */
  static final class Expected {
    private final Map<String, String> lines = new HashMap<>();
  }

  RingTrial(Bench bench, Workload workload, Expected expected) {
    this.bench = bench;
    this.workload = workload;
    this.expected = expected;
  }

  @Override
  public Measurement run(Variant variant, Path log) throws Exception {
    Measurement measurement =
        switch (variant) {
          case PLAIN -> bench.runner().plain(workload);
          case RECORD -> bench.runner().record(workload, log);
          case REPLAY -> bench.runner().replay(log);
          case QEMU_PLAIN -> qemu(workload);
          default -> throw new IllegalArgumentException(variant + " is not for this");
        };
    Map<Metric, Double> values =
        variant == Variant.QEMU_PLAIN
            ? IdleRuns.less(measurement, idle.of(variant, _ -> qemu(nothing())))
            : new EnumMap<>(measurement.values());
    values.put(Metric.PAYLOAD, (double) moved(variant, measurement.output()));
    return measurement.with(values);
  }

  /** Checks what was printed, and returns how many bytes were moved. */
  private long moved(Variant variant, String output) throws WrongResultException {
    String guest = workload.image();
    String line = GuestOutput.movedLine(guest, output);
    String before = expected.lines.putIfAbsent(guest + " " + workload.arguments(), line);
    GuestOutput.require(guest + " (" + variant.label() + ")", before == null ? line : before, line);
    return GuestOutput.movedBytes(guest, output);
  }

  private Workload nothing() {
    return workload.with(FRAMES.matcher(workload.arguments()).replaceFirst("frames=0"));
  }

  private Measurement qemu(Workload ran) throws Exception {
    Path image = bench.runner().images().path(ran.image());
    return bench
        .config()
        .beside()
        .qemu()
        .orElseThrow()
        .runEchoed(image, ran.arguments(), ran.ramBytes());
  }
}
