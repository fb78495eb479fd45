package dev.vls.replay.cli;

import dev.vls.vmm.RngSeed;
import java.security.SecureRandom;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a seed, or draws one. */
final class RngSeedConverter implements ITypeConverter<RngSeed> {
  @Override
  public RngSeed convert(String text) {
    return switch (text) {
      case "none" -> RngSeed.NONE;
      case "random" -> random();
      case String digits when digits.matches("[0-9a-fA-F]{" + 2 * RngSeed.BYTES + "}") ->
          new RngSeed(digits.toLowerCase(Locale.ROOT));
      default ->
          throw new TypeConversionException(
              "'" + text + "' is not a seed; write random, none or 64 hexadecimal digits");
    };
  }

  /** Returns one that nobody can guess. */
  static RngSeed random() {
    byte[] octets = new byte[RngSeed.BYTES];
    new SecureRandom().nextBytes(octets);
    return RngSeed.of(octets);
  }
}
