package dev.vls.replay.cli;

import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import java.util.Optional;

/** Maps how a guest ended to exit codes and words. */
final class Outcomes {
  private Outcomes() {}

  /** Returns the exit code of a live run. */
  static int exitCode(Outcome outcome) {
    return switch (outcome) {
      case Outcome.PoweredOff(int status) -> status == 0 ? ExitCode.OK : ExitCode.GUEST_FAILURE;
      case Outcome.Restart restart -> ExitCode.OK;
      case Outcome.Ended ended -> ExitCode.OK;
    };
  }

  /** Throws the failure of a back-end that ended the run, if one did. */
  static void requireNoFailure(VirtualMachine vm) throws HostException {
    Optional<HostException> failure = vm.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** Returns one clause for reports. */
  static String words(Outcome outcome) {
    return switch (outcome) {
      case Outcome.PoweredOff(int status) ->
          status == 0 ? "the guest powered off" : "the guest reported failure " + status;
      case Outcome.Restart() -> "the guest asked for a restart";
      case Outcome.Ended(String reason) -> reason;
    };
  }
}
