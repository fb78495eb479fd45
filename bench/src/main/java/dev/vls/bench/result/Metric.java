package dev.vls.bench.result;

/** A measured quantity of one run. */
public enum Metric {
  /** Wall time from the guest's first instruction to its power-off. */
  WALL("wall", "s"),
  /** CPU time of the domain's thread meanwhile; of the whole process for a child process. */
  CPU("cpu", "s"),
  /** CPU time of the whole process meanwhile: other threads, the JIT and the collector included. */
  PROCESS_CPU("process-cpu", "s"),
  /** Wall time that the domain's thread spent in the recorder. */
  RECORDER("recorder", "s"),
  /** CPU time that recording adds, as a share of what there is without it. */
  COST("cost", "1"),
  /** Standard error of {@link #COST}. */
  COST_ERROR("cost-error", "1"),
  /**
   * CPU time of an instruction in one of two runs that went on in turns, beside the other: with
   * paging on beside off, recorded beside replayed.
   */
  RATIO("ratio", "1"),
  /** Standard error of {@link #RATIO}. */
  RATIO_ERROR("ratio-error", "1"),
  /** Comparisons that {@link #COST} or {@link #RATIO} is the mean of. */
  TURNS("turns", "1"),
  /** Wall time of closing after power-off: final hashes and the log's end, or their comparison. */
  CLOSE("close", "s"),
  /** Retired instructions. */
  INSTRUCTIONS("instructions", "1"),
  /**
   * Instructions of the steady state: the second half of a run in this JVM; all but those of a run
   * of 0 rounds for a child process.
   */
  STEADY_INSTRUCTIONS("steady-instructions", "1"),
  /** CPU time of them, as {@link #CPU}. */
  STEADY_CPU("steady-cpu", "s"),
  /** Wall time of them. */
  STEADY_WALL("steady-wall", "s"),
  /** Wall time until a run is at 80 % of its steady speed. */
  WARM_UP("warm-up", "s"),
  /** Operations of the steady state, for guests that repeat one. */
  OPERATIONS("operations", "1"),
  /** From a leader's SIGKILL to the follower's first byte at the client. */
  FAILOVER("failover", "s"),
  /** Events that waited for their replay on the follower, on average. */
  LAG_MEAN("lag-mean", "1"),
  /** The same at most. */
  LAG_MOST("lag-most", "1"),
  /** Committed events. */
  EVENTS("events", "1"),
  /** Bytes that back-ends stored by SMA programs. */
  SMA_STORED("sma-stored", "B"),
  /** Bytes that the guest says it moved. */
  PAYLOAD("payload", "B"),
  /** BRK frames in the log. */
  BRK_FRAMES("brk-frames", "1"),
  /** Bytes of BRK frames, framing included. */
  BRK_BYTES("brk-bytes", "B"),
  /** SMA frames in the log. */
  SMA_FRAMES("sma-frames", "1"),
  /** Bytes of SMA frames, framing included. */
  SMA_BYTES("sma-bytes", "B"),
  /** Periodic state digests in the log. */
  DIGESTS("digests", "1"),
  /** Bytes of the log's segments and index; manifest and image are left out. */
  LOG_BYTES("log-bytes", "B"),
  /**
   * Wall time of a run with all that belongs to it: building the machine, closing, and what its
   * first run is set beside.
   */
  ELAPSED("elapsed", "s"),
  /**
   * Time that the hypervisor gave to others during {@link #ELAPSED} while this machine wanted to
   * run, added up over its cores, in steps of 10 ms; absent where the system does not tell.
   */
  STOLEN("stolen", "s");

  private final String label;
  private final String unit;

  Metric(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  /** Returns the name in JSON. */
  public String label() {
    return label;
  }

  /** Returns the unit: s, B, or 1 for a count. */
  public String unit() {
    return unit;
  }
}
