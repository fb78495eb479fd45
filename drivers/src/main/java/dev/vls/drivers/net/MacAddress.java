package dev.vls.drivers.net;

import java.util.HexFormat;
import java.util.Locale;

/**
 * The hardware address of a network card.
 *
 * @param bits the six octets, the first in bits 40 to 47
 */
public record MacAddress(long bits) {
  /** Octets of an address. */
  public static final int BYTES = 6;

  private static final long DEFAULT = 0x5254_0012_3456L; // locally administered, as emulators have
  private static final long GROUP = 1L << 40;
  private static final HexFormat FORMAT = HexFormat.ofDelimiter(":");

  /** Refuses group addresses and what has more than six octets. */
  public MacAddress {
    if (bits >>> 48 != 0 || (bits & GROUP) != 0) {
      throw new IllegalArgumentException(
          Long.toHexString(bits) + " is not the address of one network card");
    }
  }

  /** Returns the address of a machine's card number {@code index} where none was chosen. */
  public static MacAddress ofCard(int index) {
    return new MacAddress(DEFAULT + index);
  }

  /**
   * Reads {@code 52:54:00:12:34:56}.
   *
   * @throws IllegalArgumentException if it is not of this form, or a group's address
   */
  public static MacAddress parse(String text) {
    byte[] octets = FORMAT.parseHex(text.toLowerCase(Locale.ROOT));
    if (octets.length != BYTES) {
      throw new IllegalArgumentException("'" + text + "' has not six octets");
    }
    return of(octets, 0);
  }

  static MacAddress of(byte[] source, int offset) {
    return new MacAddress(bits(source, offset));
  }

  /** Returns an address of a frame as a number, group addresses included. */
  static long bits(byte[] source, int offset) {
    long bits = 0;
    for (int i = 0; i < BYTES; i++) {
      bits = bits << Byte.SIZE | source[offset + i] & 0xff;
    }
    return bits;
  }

  /** Returns whether a number of {@link #bits(byte[], int)} is a group's address. */
  static boolean isGroup(long bits) {
    return (bits & GROUP) != 0;
  }

  /** Returns the six octets. */
  public byte[] octets() {
    byte[] octets = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      octets[i] = (byte) (bits >>> Byte.SIZE * (BYTES - 1 - i));
    }
    return octets;
  }

  @Override
  public String toString() {
    return FORMAT.formatHex(octets());
  }
}
