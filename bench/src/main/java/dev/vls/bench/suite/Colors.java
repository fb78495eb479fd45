package dev.vls.bench.suite;

import dev.vls.bench.result.Variant;
import java.util.List;

/** Colours of plots: VLS blue, QEMU orange and brown, figures of others green. */
final class Colors {
  static final String BRK = "#0b3d91";
  static final String SMA = "#7db3e8";
  static final String PUBLISHED = "#1a7f37";
  static final String PUBLISHED_TOO = "#1b1f24";

  /** Curves side by side; told apart by who sees no red or green too, and by their marks. */
  static final List<String> CURVES =
      List.of("#0b3d91", "#d55e00", "#00795a", "#c1589a", "#1b1f24", "#4a9fd8");

  private Colors() {}

  static String of(Variant variant) {
    return switch (variant) {
      case PLAIN -> "#0b3d91";
      case RECORD, SWITCHED, PROCESS_RECORD -> "#2f7fd1";
      case REPLAY, REPLAYED_IN_TURNS, REPLICATED -> "#8fbce6";
      case PAGED_IN_TURNS, PROCESS, PAIR, INTERPRETER -> "#0b3d91";
      case QEMU_PLAIN -> "#9a4a00";
      case QEMU_ICOUNT -> "#c9762b";
      case QEMU_RECORD -> "#eb9f55";
      case QEMU_REPLAY -> "#f4cba3";
    };
  }
}
