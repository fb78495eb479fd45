package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The texts and numbers of payloads. */
final class StoreText {
  private static final int MAX_DIGITS = 10;
  private static final int MOST_SAVED_BYTES = 1 << 16;
  private static final int MOST_SAVED_TEXTS = 1 << 16;

  private StoreText() {}

  /**
   * Returns a byte as it is for every char, so that any payload survives the way there and back.
   */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Reverses {@link #text}. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Returns the NUL-terminated strings that make up all of {@code payload}; EINVAL if the last one
   * is not terminated.
   */
  static List<String> strings(byte[] payload) throws StoreException {
    List<String> strings = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < payload.length; i++) {
      if (payload[i] == 0) {
        strings.add(text(payload, from, i));
        from = i + 1;
      }
    }
    if (from != payload.length) {
      throw new StoreException(StoreError.EINVAL);
    }
    return strings;
  }

  /** Returns the strings with a NUL behind each. */
  static byte[] payload(List<String> strings) {
    StringBuilder text = new StringBuilder();
    strings.forEach(string -> text.append(string).append('\0'));
    return bytes(text.toString());
  }

  /** Returns an unsigned decimal number up to {@code max}; EINVAL if it is none. */
  static long number(String text, long max) throws StoreException {
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (text.isEmpty() || text.length() > MAX_DIGITS || !digits) {
      throw new StoreException(StoreError.EINVAL);
    }
    long value = Long.parseLong(text);
    if (value > max) {
      throw new StoreException(StoreError.EINVAL);
    }
    return value;
  }

  /** Passes a text as state; {@code text} is empty if it is to come back. */
  static String exchange(StateExchange exchange, String text) {
    byte[] passed = exchange.block(bytes(text), MOST_SAVED_BYTES);
    return text(passed, 0, passed.length);
  }

  /** Passes texts as state; there are none if they are to come back. */
  static List<String> exchange(StateExchange exchange, List<String> texts) {
    return exchange.list(
        texts, MOST_SAVED_TEXTS, text -> exchange(exchange, text == null ? "" : text));
  }

  /** Returns a domain id; EINVAL if it is none. */
  static int domain(String text) throws StoreException {
    return (int) number(text, StorePermissions.MAX_DOMAIN);
  }
}
