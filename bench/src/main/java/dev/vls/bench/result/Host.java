package dev.vls.bench.result;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * What numbers were measured on.
 *
 * @param cpu model of the processor
 * @param cores cores that this process may use
 * @param memoryMib memory of the machine
 * @param system operating system
 * @param jvm Java virtual machine
 * @param flags its flags
 * @param load load average of the last minute when the bench began, negative where unknown
 * @param began when that was
 */
public record Host(
    String cpu,
    int cores,
    long memoryMib,
    String system,
    String jvm,
    List<String> flags,
    double load,
    String began) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Copies the flags. */
  public Host {
    flags = List.copyOf(flags);
  }

  /** Looks at this machine and this process, now. */
  public static Host look() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Host(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize() >> 20,
        system.getName() + " " + system.getVersion() + " " + system.getArch(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("-X"))
            .toList(),
        system.getSystemLoadAverage(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static String cpuModel() {
    try (var lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown CPU");
    } catch (IOException e) {
      return "unknown CPU";
    }
  }

  /** Returns the description as lines. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s: %s, %d cores, %,d MiB, %s%n%s %s%nload average at the start: %s%n",
        began,
        cpu,
        cores,
        memoryMib,
        system,
        jvm,
        String.join(" ", flags),
        load < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f", load));
  }
}
