package dev.vls.bench.result;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import com.google.gson.Strictness;

/** Maps, lists, texts, numbers, truth values and null as JSON (RFC 8259), both ways. */
final class Json {
  private static final double LARGEST_WHOLE = 1e15;
  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .setPrettyPrinting()
          .serializeNulls()
          .disableHtmlEscaping()
          .registerTypeAdapter(
              Double.class,
              (JsonSerializer<Double>)
                  (number, _, _) ->
                      !Double.isFinite(number)
                          ? JsonNull.INSTANCE
                          : number == Math.rint(number) && Math.abs(number) < LARGEST_WHOLE
                              ? new JsonPrimitive(number.longValue())
                              : new JsonPrimitive(number))
          .create();

  private Json() {}

  /**
   * Returns {@code value} as JSON with a line feed at its end. Numbers that are not finite become
   * null.
   */
  static String write(Object value) {
    return GSON.toJson(value) + "\n";
  }

  /**
   * Returns the value that {@code text} holds, numbers as doubles.
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
