package dev.vls.vmm.board;

import dev.vls.vmm.StateSink;
import java.util.ArrayList;
import java.util.List;

/** Collects saved state for comparison. */
final class StateWords implements StateSink {
  private final List<Long> words = new ArrayList<>();

  static List<Long> of(StateSink.Stateful component) {
    StateWords sink = new StateWords();
    component.save(sink);
    return sink.words;
  }

  @Override
  public void word(long value) {
    words.add(value);
  }

  @Override
  public void bytes(byte[] source, int offset, int length) {
    for (int i = 0; i < length; i++) {
      words.add((long) source[offset + i]);
    }
  }
}
