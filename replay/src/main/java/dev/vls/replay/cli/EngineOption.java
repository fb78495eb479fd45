package dev.vls.replay.cli;

import dev.vls.vmm.EngineKind;
import picocli.CommandLine.Option;

/** The option that chooses the engine. */
final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "translator",
      description =
          "What executes the guest: 'translator' or 'interpreter'; they differ in speed alone"
              + " (default: ${DEFAULT-VALUE}).")
  private EngineKind engine;

  EngineKind kind() {
    return engine;
  }
}
