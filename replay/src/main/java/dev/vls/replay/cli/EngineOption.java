package dev.vls.replay.cli;

import dev.vls.sma.HostException;
import dev.vls.vmm.EngineKind;
import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.jit.JitConfig;
import dev.vls.vmm.jit.RegionListener;
import dev.vls.vmm.jit.Translator;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose the engine, and what is seen of it. */
final class EngineOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "translator",
      description =
          "What executes the guest: 'translator' or 'interpreter'; they differ in speed alone"
              + " (default: ${DEFAULT-VALUE}).")
  private EngineKind engine;

  @Option(
      names = "--jit-dump",
      paramLabel = "DIR",
      description =
          "Write what the translator makes to this directory: a text file for each region, with"
              + " guest instructions and bytecode.")
  private Optional<Path> dump;

  /**
   * Returns what makes the engine.
   *
   * @throws HostException if the directory of the dump cannot be written to
   * @throws ParameterException if an option asks for what the engine does not do
   */
  Function<GuestMemory, Engine> engine() throws HostException {
    if (dump.isEmpty()) {
      return engine;
    }
    requireTranslator("--jit-dump");
    RegionListener listener = RegionDump.open(dump.get(), spec.commandLine().getErr());
    return memory -> new Translator(memory, JitConfig.DEFAULT, listener);
  }

  private void requireTranslator(String option) {
    if (engine != EngineKind.TRANSLATOR) {
      throw new ParameterException(
          spec.commandLine(),
          option + " shows what the translator does: leave out --engine interpreter");
    }
  }
}
