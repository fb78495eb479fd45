package dev.vls.vmm;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Objects;

/**
 * Everything that a machine's behaviour depends on besides its image, its devices and its events;
 * recorded in the log's manifest.
 *
 * @param ramBytes size of RAM, a multiple of 4 KiB from {@link #MIN_RAM_BYTES} to {@link
 *     GuestMemory#MAX_RAM_BYTES}
 * @param harts number of harts, 1 to {@link #MAX_HARTS}
 * @param boot which mode the image starts in and who answers its SBI calls
 * @param arguments the kernel command line ({@code /chosen/bootargs})
 * @param instructionsPerSecond nominal speed: how many instructions a second of guest time has
 *     until time is re-based
 * @param epochNs wall-clock time at which guest time is 0, in nanoseconds since 1970-01-01 UTC
 * @param schedule how several harts take turns; no matter where there is one
 * @param rngSeed what the machine's own device tree gives the kernel's random number generator
 */
public record MachineConfig(
    long ramBytes,
    int harts,
    Firmware boot,
    String arguments,
    long instructionsPerSecond,
    long epochNs,
    HartSchedule schedule,
    RngSeed rngSeed) {

  /** Smallest RAM that holds a payload at 0x8020_0000 and the device tree. */
  public static final long MIN_RAM_BYTES = 8L << 20;

  /** Speed assumed until it is measured. */
  public static final long DEFAULT_INSTRUCTIONS_PER_SECOND = 100_000_000;

  /** Most harts. */
  public static final int MAX_HARTS = 8;

  private static final long MIN_INSTRUCTIONS_PER_SECOND = 1_000_000;
  private static final int MAX_ARGUMENTS = 2047;

  /** A machine with the schedule that is used if nothing is said, and no seed. */
  public MachineConfig(
      long ramBytes,
      int harts,
      Firmware boot,
      String arguments,
      long instructionsPerSecond,
      long epochNs) {
    this(
        ramBytes,
        harts,
        boot,
        arguments,
        instructionsPerSecond,
        epochNs,
        HartSchedule.DEFAULT,
        RngSeed.NONE);
  }

  /** Checks every value. */
  public MachineConfig {
    Objects.requireNonNull(boot, "boot");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(rngSeed, "rngSeed");
    check(
        ramBytes >= MIN_RAM_BYTES
            && ramBytes <= GuestMemory.MAX_RAM_BYTES
            && ramBytes % GuestMemory.FRAME_BYTES == 0,
        "RAM of " + ramBytes + " bytes: expected a multiple of 4096 from 8M to 2000M");
    check(harts >= 1 && harts <= MAX_HARTS, harts + " harts: expected 1 to " + MAX_HARTS);
    check(
        arguments.length() <= MAX_ARGUMENTS && arguments.indexOf('\0') < 0,
        "the kernel command line must have at most " + MAX_ARGUMENTS + " characters and no NUL");
    check(
        instructionsPerSecond >= MIN_INSTRUCTIONS_PER_SECOND,
        "nominal speed of "
            + instructionsPerSecond
            + " instructions per second: expected 1,000,000 or more");
    check(epochNs >= 0, "the epoch lies before 1970");
  }

  /** Returns this machine with another kernel command line. */
  public MachineConfig withArguments(String other) {
    return new MachineConfig(
        ramBytes, harts, boot, other, instructionsPerSecond, epochNs, schedule, rngSeed);
  }

  /** Returns this machine with another time at which guest time is 0. */
  public MachineConfig withEpochNs(long other) {
    return new MachineConfig(
        ramBytes, harts, boot, arguments, instructionsPerSecond, other, schedule, rngSeed);
  }

  /** Returns this machine with so many harts, which take turns like that. */
  public MachineConfig withHarts(int number, HartSchedule turns) {
    return new MachineConfig(
        ramBytes, number, boot, arguments, instructionsPerSecond, epochNs, turns, rngSeed);
  }

  /** Returns this machine with another seed. */
  public MachineConfig withRngSeed(RngSeed other) {
    return new MachineConfig(
        ramBytes, harts, boot, arguments, instructionsPerSecond, epochNs, schedule, other);
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
