package dev.vls.sma;

/** How data that a back-end brings in reaches guest memory (DESIGN section 3). */
public enum CaptureMode {
  /** Everything is copied at the commit. */
  STRICT,
  /**
   * Granted data buffers may be written directly before the response is committed, and are sampled
   * for the log.
   */
  SAMPLED
}
