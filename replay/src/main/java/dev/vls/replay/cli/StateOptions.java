package dev.vls.replay.cli;

import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Backend;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that save a machine where it stops, and go on from there. */
final class StateOptions {
  static final String STATE = "--state";
  static final String SAVE_STATE = "--save-state";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = STATE,
      paramLabel = "DIR",
      description =
          "Go on from where '--save-state DIR' stopped, instead of starting something. Name the"
              + " same disks, links and shared directories again; disks must be as they were then.")
  private Optional<Path> from;

  @Option(
      names = SAVE_STATE,
      paramLabel = "DIR",
      description =
          "Save the machine to this directory, which must not exist yet, when the run is stopped:"
              + " by Ctrl-C, Ctrl-A x or --save-at.")
  private Optional<Path> to;

  @Option(
      names = "--save-at",
      paramLabel = "TEXT",
      description = "Stop, and save, as soon as the guest has printed TEXT.")
  private Optional<String> text;

  /** Returns the saved machine to go on from, if one is named. */
  Optional<Path> from() {
    return from;
  }

  /**
   * Checks the options before anything is opened.
   *
   * @param machine what a saved machine brings with it must not be among them
   * @throws ParameterException if they make no sense together
   * @throws HostException if there is no place to save to
   */
  void check(MachineOptions machine) throws HostException {
    if (from.isPresent()) {
      machine.requireNoMachine(STATE);
    }
    if (text.isPresent() && (to.isEmpty() || text.get().isEmpty())) {
      throw new ParameterException(
          spec.commandLine(),
          "--save-at needs a text to wait for, and --save-state to say where to");
    }
    if (to.isPresent() && Files.exists(to.get())) {
      throw new HostException(
          "'%s' exists already; name another directory for the state".formatted(to.get()));
    }
  }

  /** Returns {@code console}, watched for the text that stops the run if there is one. */
  Backend watched(Backend console, VirtualMachine vm) {
    return text.isEmpty()
        ? console
        : new AwaitedText(
            console,
            text.get().getBytes(StandardCharsets.UTF_8),
            () -> vm.stop("stopped behind '" + text.get() + "'"));
  }

  /**
   * Saves the machine if that is asked for; on the thread that ran it.
   *
   * @throws HostException if the guest has ended by itself: nothing goes on from there
   */
  void save(VirtualMachine vm, Outcome outcome) throws Exception {
    if (to.isEmpty() || vm.failure().isPresent()) {
      return;
    }
    if (!(outcome instanceof Outcome.Ended)) {
      throw new HostException(
          "%s before it was stopped: no state was saved".formatted(Outcomes.words(outcome)));
    }
    vm.save(to.get(), "vls " + Version.number());
  }
}
