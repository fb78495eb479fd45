package dev.vls.replay.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vls doctor}: what is found on this machine, what is missing, and how to get it. */
@Command(
    name = "doctor",
    header = "Says what is found on this machine, what is missing, and how to get it.",
    description =
        "Ends with 0 where VLS can run and be built, and with 5 where something it needs is"
            + " missing.")
final class DoctorCommand implements Callable<Integer> {
  private static final long NEEDED_MEMORY_MIB = 1024;

  @Spec private CommandSpec spec;

  /** How a line of the report is judged. */
  enum Verdict {
    OK("ok"),
    OPTIONAL("optional"),
    MISSING("MISSING");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }
  }

  /** A line of the report. */
  record Finding(Verdict verdict, String subject, String found) {}

  DoctorCommand() {}

  @Override
  public Integer call() {
    List<Finding> findings = examine(ToolProbe.ofThisProcess());
    PrintWriter out = spec.commandLine().getOut();
    findings.forEach(
        f -> out.printf("%-8s  %-21s  %s%n", f.verdict().label, f.subject(), f.found()));
    boolean healthy = findings.stream().noneMatch(f -> f.verdict() == Verdict.MISSING);
    out.println();
    out.println(
        healthy
            ? "Everything that VLS needs is here; what is optional only adds tests and tools."
            : "Something that VLS needs is missing; see the lines marked MISSING.");
    out.flush();
    return healthy ? ExitCode.OK : ExitCode.HOST_ERROR;
  }

  /** Looks at this process, this machine, and the tools that {@code probe} finds. */
  static List<Finding> examine(ToolProbe probe) {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(Verdict.OK, "vls", Version.number()));
    findings.add(java());
    findings.add(build());
    findings.add(
        new Finding(
            Verdict.OK, "cores", Integer.toString(Runtime.getRuntime().availableProcessors())));
    findings.add(memory());
    Tool.ALL.forEach(tool -> findings.add(tool(tool, probe)));
    return findings;
  }

  private static Finding java() {
    String found = Runtime.version() + ", " + System.getProperty("java.home");
    return new Finding(Verdict.OK, "JDK", found + ": runs VLS");
  }

  /** The launcher compares sources and build before it starts Java, and says what it saw. */
  private static Finding build() {
    return switch (System.getProperty("vls.build", "")) {
      case "current" -> new Finding(Verdict.OK, "build", "newer than every source");
      case "stale" ->
          new Finding(
              Verdict.MISSING,
              "build",
              "older than the sources, and VLS_NO_BUILD forbids to build");
      default -> new Finding(Verdict.OK, "build", "unknown: not started by ./vls");
    };
  }

  private static Finding memory() {
    long totalMib =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() >> 20;
    long heapMib = Runtime.getRuntime().maxMemory() >> 20;
    String found = "%d MiB, of which Java may use %d".formatted(totalMib, heapMib);
    return totalMib >= NEEDED_MEMORY_MIB
        ? new Finding(Verdict.OK, "memory", found)
        : new Finding(
            Verdict.MISSING,
            "memory",
            found + ": a guest of 256 MiB needs a machine of " + NEEDED_MEMORY_MIB + " MiB");
  }

  private static Finding tool(Tool tool, ToolProbe probe) {
    Optional<Path> program = probe.find(tool.command());
    if (program.isPresent()) {
      String version = probe.version(program.get(), tool.versionOption());
      return new Finding(Verdict.OK, tool.command(), "%s: %s".formatted(version, tool.purpose()));
    }
    Verdict verdict = tool.need() == Tool.Need.REQUIRED ? Verdict.MISSING : Verdict.OPTIONAL;
    return new Finding(
        verdict,
        tool.command(),
        "not in PATH: %s; on Debian and Ubuntu: apt-get install %s"
            .formatted(tool.purpose(), tool.debianPackage()));
  }
}
