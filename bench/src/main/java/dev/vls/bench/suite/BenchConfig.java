package dev.vls.bench.suite;

import dev.vls.bench.guest.Qemu;
import java.util.Optional;
import java.util.Set;

/**
 * How much is measured.
 *
 * @param warmUps rounds before those that count
 * @param rounds rounds that count, at least 1
 * @param scale how long each run is
 * @param guests names of the guests to run, empty for the scale's own choice
 * @param ramBytes guest memory
 * @param qemu QEMU to run beside, if asked for and found
 */
public record BenchConfig(
    int warmUps, int rounds, Scale scale, Set<String> guests, long ramBytes, Optional<Qemu> qemu) {
  /** How long runs are. */
  public enum Scale {
    /** Default arguments, all guests. */
    FULL,
    /** Fewer guests and shorter disks: a minute in all. */
    QUICK,
    /** Only to see that everything works: a few seconds, and no number means anything. */
    TINY
  }

  /** Checks the numbers and copies the names. */
  public BenchConfig {
    if (warmUps < 0 || rounds < 1) {
      throw new IllegalArgumentException("a bench has at least one round that counts");
    }
    guests = Set.copyOf(guests);
  }

  /** Returns whether a guest was asked for, or nothing was. */
  boolean wants(String guest) {
    return guests.isEmpty() || guests.contains(guest);
  }
}
