package dev.vls.replay.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a size in bytes with an optional suffix K, M or G (powers of 1024). */
final class SizeConverter implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    String digits = text.isEmpty() ? text : text.substring(0, text.length() - 1);
    try {
      return switch (text.isEmpty() ? ' ' : Character.toUpperCase(text.charAt(text.length() - 1))) {
        case 'K' -> Math.multiplyExact(Long.parseLong(digits), 1L << 10);
        case 'M' -> Math.multiplyExact(Long.parseLong(digits), 1L << 20);
        case 'G' -> Math.multiplyExact(Long.parseLong(digits), 1L << 30);
        default -> Long.parseLong(text);
      };
    } catch (NumberFormatException | ArithmeticException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a size; write for example 256M or 1G");
    }
  }
}
