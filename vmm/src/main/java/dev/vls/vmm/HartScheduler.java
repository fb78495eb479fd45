package dev.vls.vmm;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.HartGroup;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which hart runs next, and for how long at most: a function of the machine's state alone, asked at
 * boundaries only, so that no way of slicing a run changes it (decision 0011).
 *
 * <p>The hart that runs keeps running until its quantum ends, it waits, stops or pauses. Then the
 * others are asked in the order of their numbers, itself last. A hart that wakes up meanwhile waits
 * for its turn.
 */
final class HartScheduler implements StateExchange.Restorable {
  private final List<Hart> harts;
  private final HartGroup group;
  private final HartSchedule schedule;
  private int current;
  private long quanta;
  private long left;

  /** Starts with the first hart at the beginning of its quantum. */
  HartScheduler(List<Hart> harts, HartGroup group, HartSchedule schedule) {
    this.harts = List.copyOf(harts);
    this.group = group;
    this.schedule = schedule;
    begin(0);
  }

  /** Returns the hart that runs, or that has run last if all are waiting. */
  Hart current() {
    return harts.get(current);
  }

  /**
   * Chooses the hart that runs next.
   *
   * @param runnable whether a hart can run; may end the wait of one of which it says so
   * @return whether there is one
   */
  boolean select(Predicate<Hart> runnable) {
    if (left > 0 && runnable.test(current())) {
      return true;
    }
    for (int step = 1; step <= harts.size(); step++) {
      int next = (current + step) % harts.size();
      if (runnable.test(harts.get(next))) {
        begin(next);
        return true;
      }
    }
    return false;
  }

  /** Returns how many steps the hart that was selected may do before the next selection. */
  long left() {
    return left;
  }

  /** Takes {@code steps} that were done off the quantum. */
  void ran(long steps) {
    left = isAlone() ? left : Math.max(0, left - steps); // 0 already if it has paused meanwhile
  }

  /** Ends the quantum: the others come first. */
  void pause() {
    left = isAlone() ? left : 0;
  }

  /** A hart that is alone has no schedule and no state here. */
  @Override
  public void exchange(StateExchange exchange) {
    if (!isAlone()) {
      current = exchange.number(current, 0, harts.size() - 1);
      quanta = exchange.word(quanta);
      left = exchange.word(left);
    }
    if (exchange.restores()) {
      group.restored(current());
    }
  }

  private void begin(int index) {
    current = index;
    left = isAlone() ? Long.MAX_VALUE : schedule.length(quanta);
    quanta++;
    group.run(current());
  }

  private boolean isAlone() {
    return harts.size() == 1;
  }
}
