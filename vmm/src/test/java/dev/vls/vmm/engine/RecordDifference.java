package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Cause;
import java.nio.ByteBuffer;

/** Compares two records of a {@link DifferentialImage} and names what differs. */
final class RecordDifference {
  private static final String[] NAMES = {
    "end", "traps", "fcsr", "mstatus", "sepc", "scause", "stval", "memory", "entries"
  };
  private static final String[] LOG = {"cause", "epc", "tval", "status"};

  private RecordDifference() {}

  /**
   * Returns one line for each difference of the records at {@code record}; empty if there is none.
   */
  static String between(ByteBuffer theirs, ByteBuffer ours, int record) {
    StringBuilder text = new StringBuilder();
    for (int r = 1; r < 32; r++) {
      line(text, "x" + r, theirs, ours, record + 8 * r);
    }
    for (int r = 0; r < 32; r++) {
      line(text, "f" + r, theirs, ours, record + DifferentialImage.R_FLOATS + 8 * r);
    }
    for (int i = 0; i < NAMES.length; i++) {
      line(text, NAMES[i], theirs, ours, record + DifferentialImage.R_END + 8 * i);
    }
    long traps = theirs.getLong(record + DifferentialImage.R_LOG_COUNT);
    for (int i = 0; i < Math.min(traps, DifferentialImage.R_LOG_ENTRIES); i++) {
      for (int field = 0; field < LOG.length; field++) {
        int at = record + DifferentialImage.R_LOG + 32 * i + 8 * field;
        line(text, "trap " + i + " " + LOG[field], theirs, ours, at);
      }
    }
    return text.toString();
  }

  private static void line(
      StringBuilder text, String name, ByteBuffer theirs, ByteBuffer ours, int at) {
    long a = theirs.getLong(at);
    long b = ours.getLong(at);
    if (name.equals("stval")) {
      a &= -8; // its cause is not known any more
      b &= -8;
    } else if (name.endsWith("tval")) {
      long cause = theirs.getLong(at - 16);
      a &= comparable(cause);
      b &= comparable(cause);
    }
    boolean amo = name.endsWith("cause") && a == Cause.LOAD_ACCESS && b == Cause.STORE_ACCESS;
    // the reference machine reports AMOs to nowhere as loads
    if (a != b && !amo) {
      text.append("%-14s %016x %016x%n".formatted(name, a, b));
    }
  }

  /**
   * Returns which bits of tval to compare: none of a breakpoint's, where the reference machine
   * writes 0 as the spec allows; and not the low ones of a load's access fault, which it splits
   * into aligned halves.
   */
  private static long comparable(long cause) {
    return cause == Cause.BREAKPOINT ? 0 : cause == Cause.LOAD_ACCESS ? -8 : -1;
  }
}
