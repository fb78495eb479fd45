package dev.vls.sma;

/** How a run of a domain ended. */
public sealed interface Outcome {
  /** The guest powered off: status 0 reports success, anything else a failure. */
  record PoweredOff(int status) implements Outcome {}

  /** The guest asked for a restart of the machine. */
  record Restart() implements Outcome {}

  /** The event source ended the run. */
  record Ended(String reason) implements Outcome {}
}
