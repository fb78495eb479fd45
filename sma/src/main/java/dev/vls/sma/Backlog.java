package dev.vls.sma;

import java.util.function.BooleanSupplier;

/**
 * How much output waits in the gate and in back-ends, and the domain's pause while it is too much
 * (DESIGN section 1.2).
 *
 * <p>Has a lock of its own, under which nothing foreign is called, so that a back-end may report
 * what it has taken whatever locks it holds. Any thread.
 */
final class Backlog {
  private final long limit;
  private volatile long weight; // written under the lock

  Backlog(long limit) {
    this.limit = limit;
  }

  synchronized void add(Attachment holder, long bytes) {
    if (holder.open()) {
      holder.weight += bytes;
      weight += bytes;
    }
  }

  /** Gives weight back; no more than the holder has, whatever it says. */
  synchronized void taken(Attachment holder, long bytes) {
    long given = Math.clamp(bytes, 0, holder.weight);
    holder.weight -= given;
    weight -= given;
    notifyAll();
  }

  /** Gives back all that a stay still holds. */
  synchronized void release(Attachment holder) {
    taken(holder, holder.weight);
  }

  /** Returns whether there is no more than the limit. */
  boolean hasRoom() {
    return weight <= limit;
  }

  /**
   * Waits while there is more than the limit and nothing else is to be done.
   *
   * @return whether there is room
   */
  synchronized boolean await(BooleanSupplier otherWork) throws InterruptedException {
    while (weight > limit && !otherWork.getAsBoolean()) {
      wait();
    }
    return weight <= limit;
  }

  /** Makes a waiting domain look for other work. */
  synchronized void wake() {
    notifyAll();
  }

  long weight() {
    return weight;
  }
}
