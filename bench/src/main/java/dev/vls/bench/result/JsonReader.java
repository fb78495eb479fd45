package dev.vls.bench.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@link JsonWriter} writes: maps, lists, texts, numbers as doubles, truth values and
 * null.
 */
final class JsonReader {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Returns the value that {@code text} holds.
   *
   * @throws IllegalArgumentException if it is not JSON, or nested too deeply
   */
  static Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.space();
    if (reader.at != text.length()) {
      throw reader.wrong("the end");
    }
    return value;
  }

  private Object value() {
    space();
    if (++depth > MAX_DEPTH) {
      throw wrong("fewer levels");
    }
    Object value =
        switch (peek()) {
          case '{' -> object();
          case '[' -> array();
          case '"' -> string();
          case 't' -> word("true", true);
          case 'f' -> word("false", false);
          case 'n' -> word("null", null);
          default -> number();
        };
    depth--;
    return value;
  }

  private Map<String, Object> object() {
    Map<String, Object> map = new LinkedHashMap<>();
    expect('{');
    if (!taken('}')) {
      do {
        space();
        String key = string();
        space();
        expect(':');
        map.put(key, value());
      } while (taken(','));
      expect('}');
    }
    return map;
  }

  private List<Object> array() {
    List<Object> list = new ArrayList<>();
    expect('[');
    if (!taken(']')) {
      do {
        list.add(value());
      } while (taken(','));
      expect(']');
    }
    return list;
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = peek();
      at++;
      out.append(
          switch (escaped) {
            case '"', '\\', '/' -> escaped;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> hexadecimal();
            default -> throw wrong("an escape");
          });
    }
    at++;
    return out.toString();
  }

  private char hexadecimal() {
    if (at + 4 > text.length()) {
      throw wrong("four digits");
    }
    char c = (char) Integer.parseInt(text, at, at + 4, 16);
    at += 4;
    return c;
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (start == at) {
      throw wrong("a value");
    }
    return Double.valueOf(text.substring(start, at));
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong(word);
    }
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    space();
    if (peek() != c) {
      throw wrong("'" + c + "'");
    }
    at++;
  }

  private boolean taken(char c) {
    space();
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("JSON: expected " + expected + " at character " + at);
  }
}
