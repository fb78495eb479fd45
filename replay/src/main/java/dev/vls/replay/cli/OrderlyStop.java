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
  private final Thread hook;
  private volatile boolean signalled;

  /**
   * Runs {@code stop}, which must return at once, when a signal arrives; then waits for {@link
   * #close}.
   */
  OrderlyStop(Runnable stop) {
    hook =
        Thread.ofPlatform()
            .name("vls-stop")
            .unstarted(
                () -> {
                  signalled = true;
                  stop.run();
                  awaitClosed();
                });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Tells that everything is closed. */
  @Override
  public void close() {
    closed.countDown();
    if (signalled) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal has come just now: the hook runs, and what it waits for is done.
    }
  }

  private void awaitClosed() {
    try {
      if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "vls: the guest did not stop within " + PATIENCE_SECONDS + " s; giving up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
