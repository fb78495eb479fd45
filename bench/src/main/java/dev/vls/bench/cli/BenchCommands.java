package dev.vls.bench.cli;

import dev.vls.replay.cli.CommandProvider;
import java.util.List;

/** Brings {@code vls bench}. */
public final class BenchCommands implements CommandProvider {
  /** For the service loader. */
  public BenchCommands() {}

  @Override
  public List<Object> commands() {
    return List.of(new BenchCommand());
  }
}
