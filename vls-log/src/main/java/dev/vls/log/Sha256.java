package dev.vls.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 hash (FIPS 180-4), or {@link #NONE} where it was not taken.
 *
 * @param octets 32 octets, or none
 */
public record Sha256(Bytes octets) {
  /** Length of a hash. */
  public static final int BYTES = 32;

  /** Not taken. */
  public static final Sha256 NONE = new Sha256(Bytes.EMPTY);

  private static final int PIECE_BYTES = 1 << 12;

  /** Checks the length. */
  public Sha256 {
    if (!octets.isEmpty() && octets.length() != BYTES) {
      throw new IllegalArgumentException("a SHA-256 has 32 octets, found " + octets.length());
    }
  }

  /** Returns the hash of {@code content}. */
  public static Sha256 of(byte[] content) {
    MessageDigest digest = newDigest();
    // In pieces, since HotSpot compiles what is called often, and large content is hashed once.
    for (int at = 0; at < content.length; at += PIECE_BYTES) {
      digest.update(content, at, Math.min(PIECE_BYTES, content.length - at));
    }
    return finish(digest.digest());
  }

  /**
   * Returns the hash of a file's content.
   *
   * @throws IOException if it cannot be read
   */
  public static Sha256 of(Path file) throws IOException {
    MessageDigest digest = newDigest();
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    }
    return finish(digest.digest());
  }

  /** Returns the hash that {@code digest}, a SHA-256 digest, has computed; resets it. */
  public static Sha256 of(MessageDigest digest) {
    return finish(digest.digest());
  }

  /**
   * Returns the hash that {@link #hex} wrote.
   *
   * @throws IllegalArgumentException if the text is not 64 hexadecimal digits
   */
  public static Sha256 parse(String hex) {
    return finish(HexFormat.of().parseHex(hex));
  }

  /** Returns a new digest for {@link #of(MessageDigest)}. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns whether a hash was taken. */
  public boolean isPresent() {
    return !octets.isEmpty();
  }

  /** Returns 64 lower-case hexadecimal digits, or the empty string for {@link #NONE}. */
  public String hex() {
    return octets.hex();
  }

  @Override
  public String toString() {
    return isPresent() ? hex() : "none";
  }

  private static Sha256 finish(byte[] octets) {
    return new Sha256(Bytes.wrap(octets));
  }
}
