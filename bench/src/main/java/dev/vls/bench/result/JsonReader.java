package dev.vls.bench.result;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;

/**
 * Reads what {@link JsonWriter} writes: maps, lists, texts, numbers as doubles, truth values and
 * null.
 */
final class JsonReader {
  private static final Gson GSON = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  private JsonReader() {}

  /**
   * Returns the value that {@code text} holds.
   *
   * @throws IllegalArgumentException if it is not JSON, or nested too deeply
   */
  static Object read(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("there is no JSON in nothing");
    }
    try {
      return GSON.fromJson(text, Object.class);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
