package dev.vls.bench.guest;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who of two may run. The first begins when both are there; when one has ended the other may always
 * run. Any thread.
 */
final class Baton {
  /** One of the two. */
  enum Side {
    /** The one that begins. */
    FIRST,
    /** The one that waits for it. */
    SECOND;

    private Side other() {
      return this == FIRST ? SECOND : FIRST;
    }
  }

  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Side> there = EnumSet.noneOf(Side.class);
  private final Set<Side> ended = EnumSet.noneOf(Side.class);
  private Side holder = Side.FIRST;
  private boolean dropped;

  /**
   * Waits for a side's turn.
   *
   * @return whether it has come; it never will if the baton was dropped
   */
  boolean take(Side side) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      there.add(side);
      changed.signalAll();
      return await(side);
    } finally {
      lock.unlock();
    }
  }

  /** Ends a side's turn, and waits for its next as {@link #take} does. */
  boolean pass(Side side) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      holder = side.other();
      changed.signalAll();
      return await(side);
    } finally {
      lock.unlock();
    }
  }

  private boolean await(Side side) throws InterruptedException {
    while (!dropped && !mayRun(side)) {
      changed.await();
    }
    return !dropped;
  }

  private boolean mayRun(Side side) {
    return ended.contains(side.other()) || (holder == side && there.contains(side.other()));
  }

  /** A side has ended, wherever it was. */
  void end(Side side) {
    lock.lock();
    try {
      ended.add(side);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Neither has a turn from here on. */
  void drop() {
    lock.lock();
    try {
      dropped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
