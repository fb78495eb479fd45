/** Measurements of the whole system; brings {@code vls bench}. */
module dev.vls.bench {
  requires com.google.gson;
  requires dev.vls.replay;
  requires info.picocli;
  requires java.management;
  requires jdk.management;

  opens dev.vls.bench.cli to
      info.picocli;

  provides dev.vls.replay.cli.CommandProvider with
      dev.vls.bench.cli.BenchCommands;
}
