package dev.vls.bench.suite;

import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.replay.demo.Demo;
import dev.vls.replay.demo.DemoConfig;
import dev.vls.replay.demo.DemoResult;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pairs whose leader is killed, as {@code vls demo} makes them. */
final class FailoverSuite implements Suite {
  static final String NAME = "failover";

  private static final String GUEST = "ledger";
  private static final int WINDOW = 16;
  private static final long FIRST_SEED = 1;
  private static final double MS_PER_S = 1e3;
  private static final Pattern LAG = Pattern.compile("average ([0-9.]+) and at most (\\d+)");

  private final Pairs pairs;
  private long seed = FIRST_SEED;

  /** Makes a pair, kills its leader and checks everything. */
  interface Pairs {
    DemoResult run(DemoConfig config) throws Exception;
  }

  /** With pairs in processes of their own. */
  FailoverSuite() {
    this(config -> new Demo(config, _ -> {}).run());
  }

  FailoverSuite(Pairs pairs) {
    this.pairs = pairs;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    if (bench.config().wants(GUEST)) {
      int transfers =
          switch (bench.config().scale()) {
            case FULL -> 5000;
            case QUICK -> 2000;
            case TINY -> 100;
          };
      bench.compare(
          NAME,
          GUEST + ", " + transfers + " transfers",
          List.of(List.of(Variant.PAIR)),
          (_, log) -> pair(bench, transfers, log));
    }
  }

  private Measurement pair(Bench bench, int transfers, Path directory) throws Exception {
    Path image = bench.runner().images().path(GUEST);
    DemoConfig config = new DemoConfig(image, directory, transfers, WINDOW, seed++);
    DemoResult result = pairs.run(config);
    if (!result.passed()) {
      throw new WrongResultException("a pair failed: " + result.failures());
    }
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.WALL, result.took().toMillis() / MS_PER_S);
    values.put(Metric.FAILOVER, result.failover().toNanos() / 1e9);
    values.put(Metric.EVENTS, (double) result.events());
    values.put(Metric.BRK_BYTES, (double) result.brkBytes());
    values.put(Metric.SMA_BYTES, (double) result.smaBytes());
    Matcher lag = LAG.matcher(result.lag());
    if (lag.find()) {
      values.put(Metric.LAG_MEAN, Double.valueOf(lag.group(1)));
      values.put(Metric.LAG_MOST, Double.valueOf(lag.group(2)));
    }
    return new Measurement("", values);
  }

  @Override
  public List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    TextTable table =
        new TextTable(
            "pair", "failover ms", "lag, mean", "lag, most", "events", "BRK B", "SMA B", "s");
    for (String subject : samples.subjects(NAME)) {
      table.row(
          subject,
          Numbers.ranged(failoverMs(samples, subject), 0),
          median(samples, subject, Metric.LAG_MEAN, 1),
          median(samples, subject, Metric.LAG_MOST, 0),
          median(samples, subject, Metric.EVENTS, 0),
          median(samples, subject, Metric.BRK_BYTES, 0),
          median(samples, subject, Metric.SMA_BYTES, 0),
          median(samples, subject, Metric.WALL, 1));
    }
    return List.of(
        new Section(
            "failover: a leader is killed",
            List.of(
                "failover: from SIGKILL to the follower's first byte, as the client sees it; all on"
                    + " one machine. lag: events that waited for their replay on the follower.",
                "every receipt, the journal on the disk and a replay of the follower's log were"
                    + " checked; s: all of that included."),
            table));
  }

  private static Distribution failoverMs(Samples samples, String subject) {
    return samples.steady(NAME, subject, Variant.PAIR, s -> s.value(Metric.FAILOVER) * MS_PER_S);
  }

  private static String median(Samples samples, String subject, Metric metric, int places) {
    return Numbers.fixed(
        samples.steady(NAME, subject, Variant.PAIR, s -> s.value(metric)).median(), places);
  }

  @Override
  public List<Finding> findings(Samples samples) {
    return List.of();
  }
}
