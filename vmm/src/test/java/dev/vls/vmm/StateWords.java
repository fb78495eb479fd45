package dev.vls.vmm;

import java.util.ArrayList;
import java.util.List;

/** Collects saved state for comparison. */
public final class StateWords implements StateSink {
  private final List<Long> words = new ArrayList<>();

  private StateWords() {}

  /** Returns every word and byte that {@code component} saves. */
  public static List<Long> of(StateSink.Stateful component) {
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
