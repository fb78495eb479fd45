package dev.vls.log.store;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Builds one JSON object (RFC 8259) on one line. */
final class JsonLine {
  private final StringBuilder out = new StringBuilder("{");

  JsonLine number(String name, long value) {
    return raw(name, Long.toString(value));
  }

  JsonLine text(String name, String value) {
    return raw(name, quote(value));
  }

  <T> JsonLine list(String name, List<T> items, Function<T, String> json) {
    return raw(name, items.stream().map(json).collect(Collectors.joining(",", "[", "]")));
  }

  /** Adds a member whose value is JSON already. */
  JsonLine raw(String name, String json) {
    if (out.length() > 1) {
      out.append(',');
    }
    out.append(quote(name)).append(':').append(json);
    return this;
  }

  String finish() {
    return out + "}";
  }

  /**
   * Returns a JSON string of ASCII characters only, so that a terminal shows no guest's control
   * codes.
   */
  static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20 || c > 0x7e) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
