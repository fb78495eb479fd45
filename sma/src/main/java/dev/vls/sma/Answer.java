package dev.vls.sma;

import java.util.List;

/** What an event source says at a boundary. */
public sealed interface Answer {
  /** Nothing happens here: run on. */
  Answer CONTINUE = new Continue();

  /**
   * The waiting machine's virtual time moves to its next deadline: a rule of the inside, not an
   * event.
   */
  Answer JUMP = new Jump();

  /**
   * Commit this and run on.
   *
   * @param remark what somebody outside has to say about this instant; changes nothing
   */
  record Delivery(List<Transfer> transfers, List<Integer> ports, String remark) implements Answer {
    /** Copies both lists. */
    public Delivery {
      transfers = List.copyOf(transfers);
      ports = List.copyOf(ports);
    }

    /** Creates one without a remark. */
    public Delivery(List<Transfer> transfers, List<Integer> ports) {
      this(transfers, ports, "");
    }
  }

  /** The run ends here for a reason that lies outside. */
  record End(String reason) implements Answer {}

  /** See {@link Answer#CONTINUE}. */
  record Continue() implements Answer {}

  /** See {@link Answer#JUMP}. */
  record Jump() implements Answer {}
}
