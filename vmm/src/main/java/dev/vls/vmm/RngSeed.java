package dev.vls.vmm;

import java.util.HexFormat;

/**
 * What {@code /chosen/rng-seed} of the device tree holds: random octets with which a kernel seeds
 * its generator before its first device works. Part of what a run depends on.
 *
 * @param hex two lower-case hexadecimal digits for each of the {@link #BYTES} octets, or empty for
 *     none
 */
public record RngSeed(String hex) {
  /** Length of a seed: as much as Linux credits. */
  public static final int BYTES = 32;

  /** None: the device tree has no such property. */
  public static final RngSeed NONE = new RngSeed("");

  private static final HexFormat DIGITS = HexFormat.of();

  /** Checks the digits. */
  public RngSeed {
    boolean digits =
        hex.chars().allMatch(c -> HexFormat.isHexDigit(c) && !Character.isUpperCase(c));
    if (!digits || !(hex.isEmpty() || hex.length() == 2 * BYTES)) {
      throw new IllegalArgumentException(
          "a seed must be 64 hexadecimal digits in lower case, not '" + hex + "'");
    }
  }

  /** Returns the seed of these {@link #BYTES} octets. */
  public static RngSeed of(byte... octets) {
    return new RngSeed(DIGITS.formatHex(octets));
  }

  /** Returns whether there is none. */
  public boolean isEmpty() {
    return hex.isEmpty();
  }

  /** Returns the octets, owned by the caller. */
  public byte[] octets() {
    return DIGITS.parseHex(hex);
  }
}
