package dev.vls.replay.role;

import dev.vls.log.Bytes;
import dev.vls.vmm.StrongHash;
import java.util.HexFormat;
import java.util.Objects;

/**
 * What a fence decides about: one epoch of one run. A directory can so serve any number of pairs,
 * one after the other and at the same time.
 *
 * @param manifestFile octets of the run's manifest file; they say when the run began, so no two
 *     runs have the same
 * @param epoch epoch of the leader that is lost; never negative
 */
public record FencedRun(Bytes manifestFile, long epoch) {
  private static final int NAME_BYTES = 8;

  /** Checks that both are given. */
  public FencedRun {
    Objects.requireNonNull(manifestFile, "manifestFile");
    if (epoch < 0) {
      throw new IllegalArgumentException("an epoch is at least 0, found " + epoch);
    }
  }

  /** Returns a name without any special characters. */
  public String name() {
    StrongHash hash = new StrongHash();
    hash.bytes(manifestFile.shared(), 0, manifestFile.length());
    return "run-" + HexFormat.of().formatHex(hash.value(), 0, NAME_BYTES) + "-epoch-" + epoch;
  }
}
