package dev.vls.bench.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Time that the hypervisor gave to others while this machine wanted to run, as the kernel counts it
 * in {@code /proc/stat}, in steps of 10 ms.
 */
public final class StolenTime {
  private static final Path STAT = Path.of("/proc/stat");
  private static final double TICKS_PER_S = 100;

  /** The line of all cores; the eighth number is what was stolen, since Linux 2.6.11. */
  private static final Pattern ALL_CORES = Pattern.compile("cpu +(?:\\d+ ){7}(\\d+)\\s");

  private StolenTime() {}

  /**
   * Returns the seconds stolen since the machine started, added up over its cores, so that they may
   * be more than have passed; NaN where the system does not tell. Any thread.
   */
  public static double seconds() {
    try {
      return parse(Files.readString(STAT));
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** Returns the seconds that a text of {@code /proc/stat} tells of, NaN if it does not. */
  static double parse(String stat) {
    Matcher line = ALL_CORES.matcher(stat);
    return line.lookingAt() ? Double.parseDouble(line.group(1)) / TICKS_PER_S : Double.NaN;
  }
}
