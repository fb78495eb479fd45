package dev.vls.sma;

import dev.vls.vmm.StateSink;

/** A message with a number, so that order can be seen. */
record TestMessage(int number, Effect effect, long weight) implements OutputMessage {
  static TestMessage external(int number) {
    return new TestMessage(number, Effect.EXTERNAL, 1);
  }

  static TestMessage internal(int number) {
    return new TestMessage(number, Effect.INTERNAL, 1);
  }

  @Override
  public void digest(StateSink sink) {
    sink.word(number);
    sink.flag(effect == Effect.EXTERNAL);
  }
}
