package dev.vls.vmm.hart;

import dev.vls.vmm.StateExchange;

/**
 * mcycle and minstret: both count retired instructions, each from a value of its own, so that
 * firmware may write them without touching the machine's own count.
 */
final class CounterFile implements StateExchange.Restorable {
  private static final int CYCLE = 1;
  private static final int INSTRET = 4;

  private long cycleBase;
  private long instretBase;
  private int inhibited;

  void reset() {
    cycleBase = 0;
    instretBase = 0;
    inhibited = 0;
  }

  long cycle(long retired) {
    return (inhibited & CYCLE) != 0 ? cycleBase : cycleBase + retired;
  }

  long instret(long retired) {
    return (inhibited & INSTRET) != 0 ? instretBase : instretBase + retired;
  }

  /**
   * Sets mcycle to what the next instruction is to read; {@code retired} does not count the writing
   * instruction yet.
   */
  void writeCycle(long value, long retired) {
    cycleBase = (inhibited & CYCLE) != 0 ? value : value - (retired + 1);
  }

  /** Sets minstret likewise. */
  void writeInstret(long value, long retired) {
    instretBase = (inhibited & INSTRET) != 0 ? value : value - (retired + 1);
  }

  int inhibited() {
    return inhibited;
  }

  /** Writes mcountinhibit; the writing instruction itself is counted as the old value says. */
  void writeInhibited(long value, long retired) {
    long cycle = cycle(retired + 1);
    long instret = instret(retired + 1);
    inhibited = (int) value & (CYCLE | INSTRET);
    writeCycle(cycle, retired);
    writeInstret(instret, retired);
  }

  @Override
  public void exchange(StateExchange exchange) {
    cycleBase = exchange.word(cycleBase);
    instretBase = exchange.word(instretBase);
    inhibited = exchange.number(inhibited);
  }
}
