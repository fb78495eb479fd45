package dev.vls.bench.suite;

import dev.vls.bench.guest.Launcher;
import dev.vls.bench.guest.Qemu;
import dev.vls.bench.result.Variant;
import java.util.Optional;
import java.util.Set;

/**
 * How much is measured.
 *
 * @param warmUps rounds before those that count
 * @param rounds rounds that count, at least 1
 * @param scale how long each run is
 * @param guests names of the guests to run, empty for the scale's own choice
 * @param variants variants of the CPU-bound guests to run, empty for the scale's own choice
 * @param ramBytes guest memory
 * @param beside what else runs the same guests
 */
public record BenchConfig(
    int warmUps,
    int rounds,
    Scale scale,
    Set<String> guests,
    Set<Variant> variants,
    long ramBytes,
    Beside beside) {
  /** How long runs are. */
  public enum Scale {
    /** Default arguments, all guests. */
    FULL,
    /** Fewer guests and shorter disks: some minutes in all. */
    QUICK,
    /** Only to see that everything works: a few seconds, and no number means anything. */
    TINY
  }

  /**
   * What runs the same guests beside the translator in this JVM.
   *
   * @param qemu QEMU, if it is wanted and there
   * @param launcher the command as a child process, if it is there
   * @param interpreter whether the interpreter is measured too
   */
  public record Beside(Optional<Qemu> qemu, Optional<Launcher> launcher, boolean interpreter) {
    /** Nothing else. */
    public static final Beside NOTHING = new Beside(Optional.empty(), Optional.empty(), false);
  }

  /** Checks the numbers and copies the names. */
  public BenchConfig {
    if (warmUps < 0 || rounds < 1) {
      throw new IllegalArgumentException("a bench has at least one round that counts");
    }
    guests = Set.copyOf(guests);
    variants = Set.copyOf(variants);
  }

  /** Returns whether a variant was asked for by name. */
  boolean names(Variant variant) {
    return variants.contains(variant);
  }

  /** Returns whether a guest was asked for, or nothing was. */
  boolean wants(String guest) {
    return guests.isEmpty() || guests.contains(guest);
  }
}
