package dev.vls.replay.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vls linux}. */
@Command(
    name = "linux",
    header = "Runs a stock Linux.",
    description = {
      "Fetches Debian's kernel for riscv64 with apt, once, and runs it with a small initramfs, as"
          + " 'vls run' does; with -o it records too.",
      "Prints a line that begins with VLS-LINUX-READY when the guest is up; 'poweroff' ends it.",
      "--append 'vls.run=workload' runs a command in the guest and powers off."
    })
final class LinuxCommand implements Callable<Integer> {
  /**
   * The crypto self-tests are a third of the boot and test nothing that the guest's processor does
   * differently from one boot to the next.
   */
  private static final String WORDS = "console=ttyS0 cryptomgr.notests";

  @Spec private CommandSpec command;
  @Mixin private MachineOptions options;
  @Mixin private ConsoleOptions console;
  @Mixin private StatisticsOptions statistics;
  @Mixin private StateOptions state;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Record to this directory, which must not exist yet.")
  private Optional<Path> directory;

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      defaultValue = StockLinux.SUITE,
      description = "Debian's suite that the kernel is taken from (default: ${DEFAULT-VALUE}).")
  private String suite;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where fetched files are kept (default: guests/target/linux/SUITE of VLS).")
  private Optional<Path> cache;

  @Override
  public Integer call() throws Exception {
    if (state.from().isEmpty()) {
      fetch();
    }
    return directory.isPresent()
        ? RecordCommand.record(options, console, statistics, state, directory.get())
        : RunCommand.run(options, console, statistics, state);
  }

  private void fetch() throws Exception {
    PrintWriter err = command.commandLine().getErr();
    StockLinux linux =
        StockLinux.fetch(
            suite,
            cache.orElseGet(() -> StockLinux.cache(suite)),
            line -> {
              err.println("vls: " + line);
              err.flush();
            });
    options.preferLinux(linux.kernel(), linux.initrd(), WORDS);
  }
}
