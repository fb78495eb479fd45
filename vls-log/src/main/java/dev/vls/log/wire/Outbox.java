package dev.vls.log.wire;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import dev.vls.log.frame.FrameEncoder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the leader's domain and its event loop meet: encoded events on their way out, and what the
 * follower said of those that left.
 *
 * <p>Bounded by the follower's credits: an event may begin while fewer octets were put in than were
 * granted. Without credit the producer waits, and so the guest pauses at an instruction boundary,
 * which it cannot see. There is no credit before a follower has connected.
 */
final class Outbox {
  /** What is to be sent, frames first. */
  record Batch(FrameEncoder frames, Optional<WireMessage.Progress> progress) {}

  private final LeaderListener listener;
  private final WireCounters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private FrameEncoder filling;
  private FrameEncoder spare;
  private WireMessage.Progress progress;
  private long sequence;
  private long smaFrames;
  private long putBytes;

  private long grantedBytes;
  private long stable;
  private LogPosition replayed = LogPosition.START;
  private Closure closure;

  Outbox(int seed, long firstSequence, LeaderListener listener, WireCounters counters) {
    this.filling = new FrameEncoder(seed);
    this.spare = new FrameEncoder(seed);
    this.sequence = firstSequence;
    this.stable = firstSequence;
    this.listener = listener;
    this.counters = counters;
  }

  /** Appends an event; waits for credit. Returns its sequence number. */
  long put(Event event) throws LogException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (putBytes >= grantedBytes) {
        awaitCredit();
      }
      checkOpen();
      int before = filling.length();
      filling.event(sequence, event);
      int bytes = filling.length() - before;
      putBytes += bytes;
      smaFrames += event.sma().size();
      counters.event(bytes);
      return sequence++;
    } finally {
      lock.unlock();
    }
  }

  /** Appends END, for which no credit is needed. */
  void putEnd(EndFrame end) throws LogException {
    lock.lock();
    try {
      checkOpen();
      filling.end(end, sequence, smaFrames);
    } finally {
      lock.unlock();
    }
  }

  /** Replaces the progress mark that waits, if one does. */
  void progress(WireMessage.Progress mark) {
    lock.lock();
    try {
      progress = mark;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes everything that waits, as one: the mark was set after the events before it were put in,
   * so all of those are in this batch or an earlier one. The encoder belongs to the event loop
   * until it gives it back.
   */
  Batch take() {
    lock.lock();
    try {
      Batch batch = new Batch(filling, Optional.ofNullable(progress));
      filling = spare;
      spare = null;
      progress = null;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  void giveBack(FrameEncoder emptied) {
    lock.lock();
    try {
      emptied.clear();
      spare = emptied;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what the follower says; returns whether more is stable. */
  boolean ack(WireMessage.Ack ack) throws LogException {
    lock.lock();
    try {
      if (ack.stableSequence() < stable
          || ack.stableSequence() > sequence
          || ack.grantedBytes() < grantedBytes) {
        throw new LogException(
            Kind.PROTOCOL,
            "the follower acknowledged event "
                + ack.stableSequence()
                + " where "
                + stable
                + " to "
                + sequence
                + " was possible, or took credit back");
      }
      boolean isMore = ack.stableSequence() > stable;
      stable = ack.stableSequence();
      grantedBytes = ack.grantedBytes();
      replayed = ack.replayed();
      counters.ack();
      changed.signalAll();
      return isMore;
    } finally {
      lock.unlock();
    }
  }

  /** Makes all waiting and later {@link #put} calls fail; the first closure stays. */
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

  /**
   * Waits until events below {@code wanted} are stable; false if the time is over or the stream is.
   */
  boolean awaitStable(long wanted, Duration timeout) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = timeout.toNanos();
      while (stable < wanted && closure == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return stable >= wanted;
    } finally {
      lock.unlock();
    }
  }

  long sequence() {
    lock.lock();
    try {
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  long stableSequence() {
    lock.lock();
    try {
      return stable;
    } finally {
      lock.unlock();
    }
  }

  LogPosition replayed() {
    lock.lock();
    try {
      return replayed;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many octets may still be put in; not above 0 when the producer has to wait. */
  long credits() {
    lock.lock();
    try {
      return grantedBytes - putBytes;
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

  private void checkOpen() throws LogException {
    if (closure != null) {
      throw closure.asException();
    }
  }

  private void awaitCredit() throws InterruptedException {
    long start = System.nanoTime();
    listener.paused();
    try {
      while (putBytes >= grantedBytes && closure == null) {
        changed.await();
      }
    } finally {
      counters.pause(System.nanoTime() - start);
      listener.resumed();
    }
  }
}
