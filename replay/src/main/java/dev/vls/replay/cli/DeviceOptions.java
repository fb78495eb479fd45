package dev.vls.replay.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The options that give a machine devices, and say what is behind them. */
final class DeviceOptions {
  @Option(
      names = "--disk",
      paramLabel = "FILE[,ro][,overlay=FILE][,bus=BUS]",
      converter = DiskOption.Converter.class,
      description =
          "A disk; repeatable. 'ro' makes it read-only, 'overlay' sends writes to another file."
              + " BUS is xen or virtio (default: xen, but virtio with --firmware).")
  private List<DiskOption> disks = List.of();

  @Option(names = "--entropy", description = "A virtio device that gives random bytes.")
  private boolean entropy;

  /** Returns the disks, in order. */
  List<DiskOption> disks() {
    return disks;
  }

  /** Returns whether there is an entropy device. */
  boolean entropy() {
    return entropy;
  }
}
