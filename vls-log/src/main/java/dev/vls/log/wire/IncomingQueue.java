package dev.vls.log.wire;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the follower's event loop and its replayer meet. It never blocks the event loop: the
 * credits that the leader got bound what lies in here to a window and one event, and taking an
 * event is what gives credit back.
 */
final class IncomingQueue {
  private record Entry(Incoming item, long bytes) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private Incoming.Progress progress;
  private Closure closure;
  private long takenBytes;

  void event(long sequence, Event event, long bytes) {
    add(new Entry(new Incoming.Received(sequence, event), bytes));
  }

  void end(EndFrame end) {
    add(new Entry(new Incoming.Ended(end), 0));
  }

  void progress(Incoming.Progress mark) {
    lock.lock();
    try {
      progress = mark;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The first closure stays. */
  void close(Closure why) {
    lock.lock();
    try {
      if (closure == null) {
        closure = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the next item; none if there was none within {@code ns} nanoseconds. */
  Optional<Incoming> poll(long ns) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = ns;
      while (waiting.isEmpty() && progress == null && closure == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return Optional.ofNullable(next());
    } finally {
      lock.unlock();
    }
  }

  /** Returns the next item; waits for ever. */
  Incoming take() throws InterruptedException {
    while (true) {
      Optional<Incoming> item = poll(TimeUnit.DAYS.toNanos(1));
      if (item.isPresent()) {
        return item.get();
      }
    }
  }

  /** Returns the bytes of all events that were taken. */
  long takenBytes() {
    lock.lock();
    try {
      return takenBytes;
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

  Optional<Closure> closure() {
    lock.lock();
    try {
      return Optional.ofNullable(closure);
    } finally {
      lock.unlock();
    }
  }

  private void add(Entry entry) {
    lock.lock();
    try {
      waiting.add(entry);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Incoming next() {
    Entry entry = waiting.poll();
    if (entry != null) {
      takenBytes += entry.bytes();
      return entry.item();
    }
    if (progress != null) {
      Incoming.Progress mark = progress;
      progress = null;
      return mark;
    }
    return closure == null ? null : new Incoming.Closed(closure);
  }
}
