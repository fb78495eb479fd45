package dev.vls.sma;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told. */
final class TestBackend implements Backend {
  final List<TestMessage> accepted = new CopyOnWriteArrayList<>();
  volatile Channel channel;

  @Override
  public void attach(Channel given) {
    channel = given;
  }

  @Override
  public void accept(OutputMessage message) {
    accepted.add((TestMessage) message);
  }

  @Override
  public void close() {}

  List<Integer> numbers() {
    return accepted.stream().map(TestMessage::number).toList();
  }
}
