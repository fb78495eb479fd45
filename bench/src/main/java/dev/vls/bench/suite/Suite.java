package dev.vls.bench.suite;

import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import java.util.List;

/** A group of measurements that are run and read together; stateless. */
public interface Suite {
  /** Returns the name on the command line. */
  String name();

  /** Returns whether it belongs to a bench of five minutes. */
  default boolean isQuick() {
    return true;
  }

  /**
   * Runs everything, and adds every run to the bench's samples.
   *
   * @throws dev.vls.bench.guest.WrongResultException if a guest does not compute what it must
   */
  void run(Bench bench) throws Exception;

  /** Returns the tables that its samples come to. */
  List<Section> sections(Samples samples);

  /** Returns the plots that its samples come to. */
  default List<Plot> plots(Samples samples) {
    return List.of();
  }

  /** Returns what its samples say of VLS beside QEMU; pairs that were not measured may be among. */
  default List<QemuPair> qemuPairs(Samples samples) {
    return List.of();
  }

  /** Returns what the project promises of its samples. */
  List<Finding> findings(Samples samples);
}
