package dev.vls.replay.demo;

import java.nio.file.Path;

/**
 * What a demonstration does.
 *
 * @param guest the ledger's image
 * @param directory where disks, logs and the fence are made
 * @param transfers how many transfers the client asks for
 * @param window how many of them it sends ahead of their receipts
 * @param seed what the transfers and the moment of death come from
 */
public record DemoConfig(Path guest, Path directory, int transfers, int window, long seed) {
  /** Checks the numbers. */
  public DemoConfig {
    if (transfers < 10 || window < 1) {
      throw new IllegalArgumentException("a demonstration needs 10 transfers and a window of 1");
    }
  }
}
