package dev.vls.log.frame;

import dev.vls.log.BrkFrame.InstantKind;
import dev.vls.log.EndFrame.ExitReason;
import dev.vls.log.MachineConfig.CaptureMode;
import dev.vls.log.MachineConfig.TimePolicy;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers of {@code vls.proto}'s enums, as places in a list. The order of the Java constants
 * has no meaning.
 *
 * @param name what the enum is called in messages
 * @param constants the constant with number n at place n
 */
record Codes<E extends Enum<E>>(String name, List<E> constants) {
  static final Codes<InstantKind> INSTANT_KIND =
      of(
          "instant kind",
          InstantKind.INTR,
          InstantKind.SBI,
          InstantKind.HYPERCALL,
          InstantKind.WFI,
          InstantKind.EMULATED);

  static final Codes<ExitReason> EXIT_REASON =
      of(
          "exit reason",
          ExitReason.POWERED_OFF,
          ExitReason.FAILED,
          ExitReason.STOPPED,
          ExitReason.REBOOT,
          ExitReason.CRASHED);

  static final Codes<TimePolicy> TIME_POLICY =
      of("time policy", TimePolicy.WALL, TimePolicy.VIRTUAL);

  static final Codes<CaptureMode> CAPTURE_MODE =
      of("capture mode", CaptureMode.STRICT, CaptureMode.SAMPLED);

  @SafeVarargs
  @SuppressWarnings("varargs") // Only read, and only here.
  private static <E extends Enum<E>> Codes<E> of(String name, E... constants) {
    return new Codes<>(name, Arrays.asList(constants.clone()));
  }

  /** Returns the number of a constant. */
  int code(E constant) {
    return constants.indexOf(constant);
  }

  /**
   * Returns the constant with a number.
   *
   * @throws IllegalArgumentException if there is none
   */
  E constant(int code) {
    if (code < 0 || code >= constants.size()) {
      throw new IllegalArgumentException("the " + name + " " + code + " is unknown");
    }
    return constants.get(code);
  }
}
