package dev.vls.bench.result;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/** Writes maps, lists, texts, numbers and truth values as JSON (RFC 8259). */
final class JsonWriter {
  private static final String STEP = "  ";

  private final StringBuilder out = new StringBuilder();

  private JsonWriter() {}

  /**
   * Returns {@code value} as JSON with a line feed at its end. Numbers that are not finite become
   * null.
   *
   * @throws IllegalArgumentException if something in it is none of the above
   */
  static String write(Object value) {
    JsonWriter writer = new JsonWriter();
    writer.value(value, "");
    return writer.out.append('\n').toString();
  }

  private void value(Object value, String indent) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> object(map, indent);
      case Iterable<?> items -> array(items, indent);
      case Double number when !Double.isFinite(number) -> out.append("null");
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          out.append(number.longValue());
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      case CharSequence text -> text(text);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private void object(Map<?, ?> map, String indent) {
    String separator = "{\n";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator).append(indent).append(STEP);
      text(entry.getKey().toString());
      out.append(": ");
      value(entry.getValue(), indent + STEP);
      separator = ",\n";
    }
    out.append(map.isEmpty() ? "{}" : "\n" + indent + "}");
  }

  private void array(Iterable<?> items, String indent) {
    Iterator<?> iterator = items.iterator();
    if (!iterator.hasNext()) {
      out.append("[]");
      return;
    }
    String separator = "[\n";
    while (iterator.hasNext()) {
      out.append(separator).append(indent).append(STEP);
      value(iterator.next(), indent + STEP);
      separator = ",\n";
    }
    out.append('\n').append(indent).append(']');
  }

  private void text(CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < ' ') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
