package dev.vls.drivers.share;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A place in the share: names of directories and a last one, from the root down. There is no way
 * out of the share in one: no empty name, no dots, no separators in names. Immutable.
 *
 * @param octets the names with '/' between them, each octet one character (names are octets, not
 *     text); empty for the root
 */
public record SharePath(String octets) {
  /** Most octets of a path, as the host has it. */
  static final int MAX_OCTETS = 4095;

  static final SharePath ROOT = new SharePath("");

  private static final int MAX_NAME = 255;
  private static final String PARENT = "..";

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if one cannot be in a share
   */
  public SharePath {
    if (octets.length() > MAX_OCTETS
        || octets.chars().anyMatch(octet -> octet > 0xff)
        || (!octets.isEmpty()
            && !List.of(octets.split("/", -1)).stream().allMatch(SharePath::isName))) {
      throw new IllegalArgumentException("no path inside a share");
    }
  }

  private static boolean isName(String name) {
    return errorOf(name) == 0 && !name.equals(PARENT);
  }

  /** Returns why nobody can walk to {@code name}, or 0; two dots are the way back to the root. */
  static int errorOf(String name) {
    if (name.isEmpty() || name.equals(".") || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
      return Errno.ENOENT;
    }
    return name.length() > MAX_NAME ? Errno.ENAMETOOLONG : 0;
  }

  /**
   * Returns the place that a name leads to; from the root two dots lead to the root.
   *
   * @param name one without {@link #errorOf}
   * @throws IllegalArgumentException if the path would be too long
   */
  SharePath step(String name) {
    if (!name.equals(PARENT)) {
      return new SharePath(isRoot() ? name : octets + "/" + name);
    }
    return new SharePath(octets.substring(0, Math.max(0, octets.lastIndexOf('/'))));
  }

  boolean isRoot() {
    return octets.isEmpty();
  }

  /** Returns the names from the root down. */
  List<String> names() {
    return isRoot() ? List.of() : List.of(octets.split("/"));
  }

  /** Returns the octets themselves. */
  static byte[] octets(String name) {
    return name.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "/" + octets;
  }
}
