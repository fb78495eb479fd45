package dev.vls.vmm.board;

import static dev.vls.vmm.board.SbiExtension.function;

import java.util.List;

/** System reset: SRST (SBI 2.0, chapter 10) and the legacy shutdown. */
final class SbiPower {
  private final PowerControl power;

  SbiPower(PowerControl power) {
    this.power = power;
  }

  List<SbiExtension> extensions() {
    return List.of(
        SbiExtension.legacy(SbiLayout.LEGACY_SHUTDOWN, "shutdown", call -> off(0)),
        SbiExtension.standard(SbiLayout.SRST, function("system_reset", this::systemReset)));
  }

  private long systemReset(SbiCall call) {
    int reason = (int) call.argument(1);
    if (reason != SbiLayout.REASON_NONE && reason != SbiLayout.REASON_FAILURE) {
      return SbiLayout.ERR_INVALID_PARAM;
    }
    return switch ((int) call.argument(0)) {
      case SbiLayout.RESET_SHUTDOWN -> off(reason);
      case SbiLayout.RESET_COLD, SbiLayout.RESET_WARM -> {
        power.reset();
        yield SbiLayout.SUCCESS;
      }
      default -> SbiLayout.ERR_INVALID_PARAM;
    };
  }

  private long off(int code) {
    power.off(code);
    return SbiLayout.SUCCESS;
  }
}
