package dev.vls.bench.suite;

import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Guests that do little but move data over rings: block and network. */
final class IoSuite implements Suite {
  static final String NAME = "io";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    if (bench.config().wants(BlockLoads.GUEST)) {
      BlockLoads.run(bench);
    }
    if (bench.config().wants(NetLoads.GUEST)) {
      NetLoads.run(bench);
    }
  }

  /** Returns a constant as a word of a subject. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Section> sections(Samples samples) {
    List<Section> sections = new ArrayList<>();
    RingRates block = new RingRates(samples, BlockLoads.NAME);
    RingRates net = new RingRates(samples, NetLoads.NAME);
    if (!block.subjects().isEmpty()) {
      sections.add(BlockLoads.section(block));
    }
    if (!net.subjects().isEmpty()) {
      sections.add(NetLoads.section(net));
    }
    return sections;
  }

  @Override
  public List<Plot> plots(Samples samples) {
    List<Plot> plots = new ArrayList<>();
    RingRates block = new RingRates(samples, BlockLoads.NAME);
    RingRates net = new RingRates(samples, NetLoads.NAME);
    if (!block.subjects().isEmpty()) {
      plots.add(BlockLoads.plot(block));
    }
    if (!net.subjects().isEmpty()) {
      plots.add(NetLoads.plot(net));
    }
    return plots;
  }

  @Override
  public List<QemuPair> qemuPairs(Samples samples) {
    return NetLoads.qemuPairs(new RingRates(samples, NetLoads.NAME));
  }

  @Override
  public List<Finding> findings(Samples samples) {
    return List.of();
  }
}
