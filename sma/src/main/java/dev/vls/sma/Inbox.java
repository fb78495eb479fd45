package dev.vls.sma;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The bounded queue between back-ends and the domain's thread; a full inbox blocks the back-end,
 * never the guest.
 */
final class Inbox {
  private final ArrayBlockingQueue<Submission> queue;

  Inbox(int capacity) {
    queue = new ArrayBlockingQueue<>(capacity);
  }

  void put(Submission submission) throws InterruptedException {
    queue.put(submission);
  }

  /**
   * Ends a wait of the domain's thread; if the inbox is full the domain is about to look anyway.
   */
  void wake() {
    boolean ignored = queue.offer(Submission.WAKE);
  }

  Submission poll() {
    return queue.poll();
  }

  /** Waits up to {@code ns} nanoseconds for a submission; null if none came. */
  Submission await(long ns) throws InterruptedException {
    return queue.poll(ns, TimeUnit.NANOSECONDS);
  }

  int depth() {
    return queue.size();
  }
}
