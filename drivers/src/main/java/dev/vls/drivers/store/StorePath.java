package dev.vls.drivers.store;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.util.List;

/**
 * An absolute path of the store, checked: segments of ASCII alphanumerics and {@code - _ @}, or the
 * name of a special watch.
 *
 * @param text the path as text, {@code /} for the root
 * @param segments the names from the root downwards; one name beginning with {@code @} for a
 *     special path
 */
record StorePath(String text, List<String> segments) implements Comparable<StorePath> {
  static final int MAX_ABSOLUTE = 3072;
  static final int MAX_RELATIVE = 2048;
  static final String INTRODUCE_DOMAIN = "@introduceDomain";
  static final String RELEASE_DOMAIN = "@releaseDomain";

  private static final StorePath ROOT = new StorePath("/", List.of());

  /** Returns where relative paths of a domain start. */
  static String home(int domain) {
    return "/local/domain/" + domain;
  }

  /**
   * Returns the path that {@code text} names for {@code domain}; EINVAL if it is malformed or too
   * long.
   */
  static StorePath parse(String text, int domain) throws StoreException {
    if (text.equals(INTRODUCE_DOMAIN) || text.equals(RELEASE_DOMAIN)) {
      return new StorePath(text, List.of(text));
    }
    boolean absolute = text.startsWith("/");
    if (text.isEmpty()
        || text.startsWith("@")
        || text.length() > (absolute ? MAX_ABSOLUTE : MAX_RELATIVE)) {
      throw new StoreException(StoreError.EINVAL);
    }
    if (text.equals("/")) {
      return ROOT;
    }
    String full = absolute ? text : home(domain) + "/" + text;
    check(full);
    return new StorePath(full, List.of(full.substring(1).split("/", -1)));
  }

  /**
   * Passes a path as state.
   *
   * @param path null if it is to come back
   */
  static StorePath exchange(StateExchange exchange, StorePath path) {
    String text = StoreText.exchange(exchange, path == null ? "" : path.text);
    try {
      return path == null ? parse(text, 0) : path;
    } catch (StoreException malformed) {
      throw new StateException("the saved state has a path that is none: " + text);
    }
  }

  private static void check(String full) throws StoreException {
    for (int i = 0; i < full.length(); i++) {
      char c = full.charAt(i);
      boolean separator = c == '/';
      boolean badSeparator = separator && (i + 1 == full.length() || full.charAt(i + 1) == '/');
      if (badSeparator || !(separator || isNameCharacter(c))) {
        throw new StoreException(StoreError.EINVAL);
      }
    }
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '@';
  }

  /** Returns whether this names an event of the store and no node. */
  boolean special() {
    return text.startsWith("@");
  }

  boolean root() {
    return segments.isEmpty();
  }

  int depth() {
    return segments.size();
  }

  /** Returns the path of the node above; the root has none. */
  StorePath parent() {
    return ancestor(depth() - 1);
  }

  /** Returns the path cut to its first {@code depth} names. */
  StorePath ancestor(int depth) {
    if (depth == 0) {
      return ROOT;
    }
    List<String> names = segments.subList(0, depth);
    return new StorePath("/" + String.join("/", names), names);
  }

  /** Returns whether {@code other} is this path or lies below it. */
  boolean covers(StorePath other) {
    return root() ? !other.special() : other.text.startsWith(text) && below(other);
  }

  private boolean below(StorePath other) {
    return other.text.length() == text.length() || other.text.charAt(text.length()) == '/';
  }

  @Override
  public int compareTo(StorePath other) {
    return text.compareTo(other.text);
  }
}
