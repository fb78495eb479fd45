package dev.vls.log;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything about a machine that its guest can see; nothing in here depends on the engine.
 *
 * @param ramBytes size of RAM, above 0
 * @param harts number of harts, above 0
 * @param timePolicy who moves guest time (DESIGN section 2.2)
 * @param instructionsPerSecond nominal speed: instructions for one second of guest time until the
 *     first re-base, above 0
 * @param start which mode and image the guest starts in
 * @param append kernel command line
 * @param captureMode how data that back-ends deliver is captured (DESIGN section 3)
 * @param devices in the order in which they are placed on the board; names are unique
 * @param options anything else that the machine was configured with
 */
public record MachineConfig(
    long ramBytes,
    int harts,
    TimePolicy timePolicy,
    long instructionsPerSecond,
    StartMode start,
    String append,
    CaptureMode captureMode,
    List<Device> devices,
    SortedMap<String, String> options) {
  /** Copies the collections and checks the ranges. */
  public MachineConfig {
    Objects.requireNonNull(timePolicy, "timePolicy");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(append, "append");
    Objects.requireNonNull(captureMode, "captureMode");
    devices = List.copyOf(devices);
    options = sorted(options);
    if (ramBytes <= 0 || harts <= 0 || instructionsPerSecond <= 0) {
      throw new IllegalArgumentException(
          "RAM, harts and instructions per second must be above 0, found "
              + ramBytes
              + ", "
              + harts
              + ", "
              + instructionsPerSecond);
    }
    if (devices.stream().map(Device::name).distinct().count() != devices.size()) {
      throw new IllegalArgumentException("two devices have the same name: " + devices);
    }
  }

  /** Who moves guest time. */
  public enum TimePolicy {
    /** The live side re-bases it on the host's clock. */
    WALL,
    /** The instruction count alone. */
    VIRTUAL
  }

  /** Where a guest starts. */
  public enum StartMode {
    /** In S-mode, with SBI from the VMM. */
    SUPERVISOR,
    /** In M-mode, from a firmware image. */
    FIRMWARE
  }

  /** How data that back-ends deliver is captured. */
  public enum CaptureMode {
    /** Buffered, and copied at the commit. */
    STRICT,
    /** Written directly to granted buffers and sampled at the commit. */
    SAMPLED
  }

  /**
   * A device on the board.
   *
   * @param kind "block", "console", "store" and so on
   * @param name unique in the machine
   * @param options how it was configured
   * @param sizeBytes of its initial content; 0 where it has none
   * @param sha256 of its initial content; {@link Sha256#NONE} where it was not taken
   */
  public record Device(
      String kind, String name, SortedMap<String, String> options, long sizeBytes, Sha256 sha256) {
    /** Copies the options and checks the ranges. */
    public Device {
      options = sorted(options);
      Objects.requireNonNull(sha256, "sha256");
      if (kind.isEmpty() || name.isEmpty() || sizeBytes < 0) {
        throw new IllegalArgumentException(
            "a device needs a kind, a name and a size of at least 0, found " + sizeBytes);
      }
    }
  }

  /** Returns {@code map} as the sorted, unmodifiable map that configurations hold. */
  public static SortedMap<String, String> sorted(Map<String, String> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
