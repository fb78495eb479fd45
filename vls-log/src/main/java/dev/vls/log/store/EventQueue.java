package dev.vls.log.store;

import dev.vls.log.Event;
import dev.vls.log.FrameUpdate;
import dev.vls.log.LogException;
import dev.vls.log.SmaFrame;
import dev.vls.log.SmaFrame.Inline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events on their way from the domain's thread to the writer's. Bounded in events and in bytes:
 * when it is full the producer waits, and so the guest pauses at an instruction boundary, which it
 * cannot see.
 */
final class EventQueue {
  private final int maxEvents;
  private final long maxBytes;
  private final LogCounters counters;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notFull = lock.newCondition();
  private final Condition notEmpty = lock.newCondition();

  private List<Event> waiting = new ArrayList<>();
  private long waitingBytes;
  private boolean closed;
  private LogException failure;

  EventQueue(int maxEvents, long maxBytes, LogCounters counters) {
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.counters = counters;
  }

  /** Appends; waits while the queue is full. Throws what made the consumer give up, if it did. */
  void put(Event event) throws LogException, InterruptedException {
    long weight = weight(event);
    lock.lockInterruptibly();
    try {
      if (isFull(weight)) {
        awaitRoom(weight);
      }
      checkOpen();
      waiting.add(event);
      waitingBytes += weight;
      if (waiting.size() == 1) {
        notEmpty.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns all events that wait, in order, and takes {@code empty} as the next list. Waits at most
   * {@code ns} for the first; returns an empty list when the time is over or the queue was closed
   * and is empty.
   */
  List<Event> takeAll(List<Event> empty, long ns) throws InterruptedException {
    lock.lock();
    try {
      long left = ns;
      while (waiting.isEmpty() && !closed && left > 0) {
        left = notEmpty.awaitNanos(left);
      }
      List<Event> taken = waiting;
      waiting = empty;
      waitingBytes = 0;
      notFull.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the consumer finish; later {@link #put} calls are refused. */
  void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signal();
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Tells the producer why nothing is taken any more. */
  void fail(LogException cause) {
    lock.lock();
    try {
      failure = cause;
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  int depth() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Throws what made the consumer give up, if it did. */
  void checkOpen() throws LogException {
    if (failure != null) {
      throw failure;
    }
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
  }

  private boolean isFull(long weight) {
    return !waiting.isEmpty() && (waiting.size() >= maxEvents || waitingBytes + weight > maxBytes);
  }

  private void awaitRoom(long weight) throws InterruptedException {
    long start = System.nanoTime();
    while (isFull(weight) && failure == null && !closed) {
      notFull.await();
    }
    counters.pause(System.nanoTime() - start);
  }

  private static long weight(Event event) {
    long weight = 64;
    for (SmaFrame sma : event.sma()) {
      for (SmaFrame.IoVector vector : sma.vectors()) {
        weight += vector.content() instanceof Inline inline ? inline.length() + 32 : 96;
      }
    }
    for (FrameUpdate update : event.brk().updates()) {
      weight += update.bytes().length() + 32;
    }
    return weight + event.brk().results().length();
  }
}
