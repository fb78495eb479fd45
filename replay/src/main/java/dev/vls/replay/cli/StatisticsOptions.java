package dev.vls.replay.cli;

import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that show what a run does. */
final class StatisticsOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--stats", description = "Print a summary on standard error at the end.")
  private boolean summary;

  @Option(
      names = "--metrics",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description =
          "Serve meters as Prometheus text at /metrics on this port of the loopback address; 0 for"
              + " any free one.")
  private Integer port;

  @Option(
      names = "--profile",
      description =
          "Print on standard error at the end where the guest spent its time, by samples.")
  private boolean profile;

  @Option(
      names = "--symbols",
      paramLabel = "FILE",
      description =
          "Names for --profile besides those in the image: an ELF file, or lines as in System.map.")
  private Optional<Path> symbols;

  /**
   * Begins to watch a machine.
   *
   * @throws HostException if the port cannot be opened or the symbols cannot be read
   * @throws ParameterException if there is no profile that the symbols could be for
   */
  Watch watch(VirtualMachine vm) throws HostException {
    if (symbols.isPresent() && !profile) {
      throw new ParameterException(
          spec.commandLine(), "--symbols names the addresses of --profile: add that");
    }
    PrintWriter err = spec.commandLine().getErr();
    return new Watch(
        vm,
        summary ? Optional.of(err) : Optional.empty(),
        Optional.ofNullable(port),
        profile ? Optional.of(Profiling.of(vm, symbols, err)) : Optional.empty(),
        err);
  }

  /** Reads a port. */
  static final class PortConverter implements ITypeConverter<Integer> {
    private static final int MAX_PORT = 65_535;

    @Override
    public Integer convert(String text) {
      if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MAX_PORT) {
        return Integer.valueOf(text);
      }
      throw new TypeConversionException("'" + text + "' is not a port: expected 0 to " + MAX_PORT);
    }
  }
}
