package dev.vls.replay.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and a termination signal into an orderly stop: the process ends only when the work
 * has been closed, so that a log is complete and files are whole.
 */
final class OrderlyStop implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().name("vls-stop").unstarted(this::stopAndWait);
  private Runnable stop = () -> {};
  private boolean signalled;

  /**
   * Begins to watch for signals; create it before everything that it has to wait for, so that it is
   * closed last.
   */
  OrderlyStop() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Runs {@code action}, which must return soon, when a signal arrives or has arrived. */
  void act(Runnable action) {
    synchronized (this) {
      stop = action;
      if (!signalled) {
        return;
      }
    }
    action.run();
  }

  /** Tells that everything is closed. */
  @Override
  public void close() {
    closed.countDown();
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // a signal has arrived: the hook runs, or is about to, and finds everything closed
    }
  }

  private void stopAndWait() {
    Runnable action;
    synchronized (this) {
      signalled = true;
      action = stop;
    }
    action.run();
    awaitClosed();
  }

  private void awaitClosed() {
    try {
      if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "vls: the run did not stop within " + PATIENCE_SECONDS + " s; giving up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
