package dev.vls.replay;

/** Replay has left the recorded run: the machine stopped at the first instant that differs. */
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient DivergenceReport report;

  DivergenceException(DivergenceReport report) {
    super(report.headline());
    this.report = report;
  }

  /** Returns both states and the last events. */
  public DivergenceReport report() {
    return report;
  }
}
