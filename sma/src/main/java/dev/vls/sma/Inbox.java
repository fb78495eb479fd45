package dev.vls.sma;

import java.util.ArrayDeque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The bounded queue between back-ends and the domain's thread; a full inbox blocks the back-end,
 * never the guest.
 */
final class Inbox {
  private final ArrayBlockingQueue<Submission> queue;
  private final ArrayDeque<Submission> own = new ArrayDeque<>(); // domain's thread
  private final Runnable onFull;

  /**
   * Creates an empty inbox.
   *
   * @param onFull called by a producer that is about to block
   */
  Inbox(int capacity, Runnable onFull) {
    queue = new ArrayBlockingQueue<>(capacity);
    this.onFull = onFull;
  }

  void put(Submission submission) throws InterruptedException {
    if (!queue.offer(submission)) {
      onFull.run();
      queue.put(submission);
    }
  }

  /** Adds what the domain's thread asks of itself; never blocks. */
  void putOwn(Submission submission) {
    own.add(submission);
  }

  /**
   * Ends a wait of the domain's thread; if the inbox is full the domain is about to look anyway.
   */
  void wake() {
    boolean ignored = queue.offer(Submission.WAKE);
  }

  Submission poll() {
    Submission first = own.poll();
    return first != null ? first : queue.poll();
  }

  /** Waits up to {@code ns} nanoseconds for a submission; null if none came. */
  Submission await(long ns) throws InterruptedException {
    Submission first = own.poll();
    return first != null ? first : queue.poll(ns, TimeUnit.NANOSECONDS);
  }

  boolean isFull() {
    return queue.remainingCapacity() == 0;
  }

  int depth() {
    return queue.size();
  }
}
