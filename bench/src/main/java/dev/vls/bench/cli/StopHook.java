package dev.vls.bench.cli;

/** Runs an action when a signal ends the process before this is closed. */
final class StopHook implements AutoCloseable {
  private final Thread hook;

  /**
   * Begins to watch.
   *
   * @param action runs on a thread of its own, while the others go on
   */
  StopHook(Runnable action) {
    hook = Thread.ofPlatform().name("vls-bench-stop").unstarted(action);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // a signal has arrived: the action runs, or is about to
    }
  }
}
