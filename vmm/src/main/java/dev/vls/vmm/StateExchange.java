package dev.vls.vmm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * One pass over the state of components, in either direction: saving hands every field to a {@link
 * StateSink} and leaves it as it is, restoring replaces it by what a {@link StateSource} has.
 *
 * <p>So a component names its fields once, in one order, and saving and restoring cannot come
 * apart:
 *
 * <pre>{@code
 * count = exchange.word(count);
 * armed = exchange.flag(armed);
 * }</pre>
 */
public final class StateExchange {
  private final StateSink sink;
  private final StateSource source;

  private StateExchange(StateSink sink, StateSource source) {
    this.sink = sink;
    this.source = source;
  }

  /** Returns a pass that saves. */
  public static StateExchange saving(StateSink sink) {
    return new StateExchange(sink, null);
  }

  /** Returns a pass that restores. */
  public static StateExchange restoring(StateSource source) {
    return new StateExchange(null, source);
  }

  /** Something whose state can be saved and restored. */
  public interface Restorable extends StateSink.Stateful {
    /**
     * Passes every field through {@code exchange}: that can influence the future, in a fixed order.
     *
     * @throws StateException if what is restored cannot be; the component is then of no use
     */
    void exchange(StateExchange exchange);

    @Override
    default void save(StateSink sink) {
      exchange(saving(sink));
    }
  }

  /** Returns whether fields are replaced; then what was derived from them has to be, too. */
  public boolean restores() {
    return source != null;
  }

  /** Passes a 64-bit value. */
  public long word(long value) {
    if (source != null) {
      return source.word();
    }
    sink.word(value);
    return value;
  }

  /** Passes a flag as the word 0 or 1. */
  public boolean flag(boolean value) {
    return word(value ? 1 : 0) != 0;
  }

  /**
   * Passes a number that has to lie in a range when it comes back.
   *
   * @throws StateException if it does not
   */
  public int number(int value, int least, int most) {
    long passed = word(value);
    if (passed < least || passed > most) {
      throw new StateException(
          "the saved state has %d where %d to %d was expected".formatted(passed, least, most));
    }
    return (int) passed;
  }

  /** Passes a number of any 32 bits. */
  public int number(int value) {
    return (int) word(value);
  }

  /**
   * Passes a number that the component has from its configuration: state of another configuration
   * is refused.
   */
  public void same(long value) {
    if (word(value) != value) {
      throw new StateException("the saved state belongs to a machine of another configuration");
    }
  }

  /** Passes every element. */
  public void words(long[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = word(values[i]);
    }
  }

  /** Passes every element. */
  public void words(int[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = number(values[i]);
    }
  }

  /** Passes every element. */
  public void flags(boolean[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = flag(values[i]);
    }
  }

  /**
   * Writes what has no way back.
   *
   * @throws StateException if something is restored
   */
  public void oneWay(Consumer<StateSink> writer) {
    if (restores()) {
      throw new StateException("the saved state has something that cannot be restored");
    }
    writer.accept(sink);
  }

  /**
   * Passes the elements of a list, behind their number.
   *
   * @param most how many may come back
   * @param pass passes an element, which is null if it is to come back
   * @return a list of what {@code pass} returned, which may be changed after restoring
   */
  public <T> List<T> list(List<T> values, int most, UnaryOperator<T> pass) {
    int count = number(values.size(), 0, restores() ? most : Integer.MAX_VALUE);
    if (!restores()) {
      return values.stream().map(pass).toList();
    }
    List<T> passed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passed.add(pass.apply(null));
    }
    return passed;
  }

  /**
   * Passes one of the constants of an enum, by its place among them.
   *
   * @param values all of them
   */
  @SuppressWarnings("EnumOrdinal") // a changed order is another version of the saved state
  public <E extends Enum<E>> E choice(E value, E[] values) {
    return values[number(value.ordinal(), 0, values.length - 1)];
  }

  /** Passes bytes whose number both sides know. */
  public void bytes(byte[] values, int offset, int length) {
    if (source != null) {
      source.bytes(values, offset, length);
    } else {
      sink.bytes(values, offset, length);
    }
  }

  /**
   * Passes bytes of any number, behind that number.
   *
   * @param most how many may come back
   */
  public byte[] block(byte[] value, int most) {
    int length = number(value.length, 0, Math.max(most, restores() ? 0 : value.length));
    byte[] passed = restores() ? new byte[length] : value;
    bytes(passed, 0, length);
    return passed;
  }

  /**
   * Passes those entries of a table that are taken: for each its number and what {@code pass}
   * passes, and at the end -1. When they come back all others are dropped first.
   *
   * @param taken whether an entry is
   * @param drop empties an entry
   * @param pass passes one
   */
  public void entries(int size, IntPredicate taken, IntConsumer drop, IntConsumer pass) {
    entries(0, size, taken, drop, pass);
  }

  /**
   * As {@link #entries(int, IntPredicate, IntConsumer, IntConsumer)}, with numbers from {@code
   * base} on.
   */
  public void entries(long base, int size, IntPredicate taken, IntConsumer drop, IntConsumer pass) {
    if (restores()) {
      for (int entry = 0; entry < size; entry++) {
        drop.accept(entry);
      }
      int last = -1;
      for (long number = source.word(); number != -1; number = source.word()) {
        if (number - base <= last || number - base >= size) {
          throw new StateException("the saved state has an entry where there is none: " + number);
        }
        last = (int) (number - base);
        pass.accept(last);
      }
      return;
    }
    for (int entry = 0; entry < size; entry++) {
      if (taken.test(entry)) {
        sink.word(base + entry);
        pass.accept(entry);
      }
    }
    sink.word(-1);
  }

  /**
   * Passes a text, as the length of its UTF-8 and that.
   *
   * @param most bytes that may come back
   */
  public String text(String value, int most) {
    return new String(block(value.getBytes(StandardCharsets.UTF_8), most), StandardCharsets.UTF_8);
  }
}
