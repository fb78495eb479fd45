package dev.vls.sma;

/** What became of an SMA program. */
public enum ProgramResult {
  /** Everything is stored. */
  COMMITTED,
  /** A target was not, or no longer, valid at the commit; nothing is stored. */
  REVOKED,
  /** The back-end was detached before the commit; nothing is stored. */
  DETACHED
}
