package dev.vls.drivers.console;

/** A frame of the relay's protocol (docs/console-relay.md). */
sealed interface RelayFrame {
  /**
   * A client introduces itself: the next byte of output it wants and the first byte of input it
   * still holds.
   */
  record Hello(int version, long output, long input) implements RelayFrame {}

  /** The server answers: the byte of output it goes on from and the next byte of input it wants. */
  record Welcome(int version, long output, long input) implements RelayFrame {}

  /** Console output. */
  record Output(long offset, byte[] bytes) implements RelayFrame {}

  /** Console input. */
  record Input(long offset, byte[] bytes) implements RelayFrame {}

  /** The client has dealt with all output before the offset. */
  record OutputAck(long offset) implements RelayFrame {}

  /** No failure loses the input before the offset any more. */
  record InputAck(long offset) implements RelayFrame {}

  /** The run ended in order with the output before the offset; nobody will serve this console. */
  record End(long offset) implements RelayFrame {}

  /** Another client has taken this one's place. */
  record Replaced() implements RelayFrame {}

  /** The connection ends, and why. */
  record Close(String reason) implements RelayFrame {}
}
