package dev.vls.log;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** An immutable run of octets that is compared by content. */
public final class Bytes {
  /** No octets. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] octets;

  private Bytes(byte[] octets) {
    this.octets = octets;
  }

  /**
   * Returns a value over {@code octets} itself; the caller gives the array away and must not change
   * it again.
   */
  public static Bytes wrap(byte... octets) {
    return octets.length == 0 ? EMPTY : new Bytes(octets);
  }

  /**
   * Returns a value that holds a copy of {@code length} octets of {@code source} from {@code
   * offset}.
   */
  public static Bytes copyOf(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    return wrap(Arrays.copyOfRange(source, offset, offset + length));
  }

  /** Returns the number of octets. */
  public int length() {
    return octets.length;
  }

  /** Returns whether there are none. */
  public boolean isEmpty() {
    return octets.length == 0;
  }

  /** Returns the octets themselves, not a copy: the caller must not change them. */
  public byte[] shared() {
    return octets;
  }

  /** Returns a copy of the octets, owned by the caller. */
  public byte[] toArray() {
    return octets.clone();
  }

  /** Returns two lower-case hexadecimal digits for each octet. */
  public String hex() {
    return HexFormat.of().formatHex(octets);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(octets, bytes.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return octets.length <= 32
        ? hex()
        : HexFormat.of().formatHex(octets, 0, 32) + "... (" + octets.length + " bytes)";
  }
}
