package dev.vls.drivers.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tree for code inside the boundary, with the rights of domain 0: how back-end ports read their
 * front-ends' nodes and publish theirs. Domain's thread only.
 *
 * <p>Listeners are called when the operation that changed something is complete, in the order of
 * registration; what they change in turn is heard of after them. Malformed paths are this code's
 * own fault: {@link IllegalArgumentException}.
 */
public final class StoreAccess {
  private final StoreTree tree;
  private final StoreSession session;
  private final Map<String, StoreListener> listeners = new HashMap<>(); // only asked, never walked

  StoreAccess(StoreTree tree) {
    this.tree = tree;
    session = new StoreSession(0, this::fired);
  }

  /** Returns the value of a node, one char per byte, or nothing if the node is missing. */
  public Optional<String> read(String path) {
    try {
      byte[] value = tree.read(session, 0, parse(path));
      return Optional.of(StoreText.text(value, 0, value.length));
    } catch (StoreException missing) {
      return Optional.empty();
    }
  }

  /** Returns the names below a node in their order; none if the node is missing. */
  public List<String> list(String path) {
    try {
      return tree.directory(session, 0, parse(path)).names();
    } catch (StoreException missing) {
      return List.of();
    }
  }

  /**
   * Sets a value, one byte per char; missing nodes on the way come into being with their parent's
   * permissions.
   */
  public void write(String path, String value) {
    if (path.length() + value.length() >= StoreMessageLayout.MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "a value of " + value.length() + " bytes does not fit into a message");
    }
    change(new StoreChange.Write(parse(path), StoreText.bytes(value)));
  }

  /**
   * Makes a node, if it is missing, and gives it permissions such as {@code n0 r1}: owner and
   * default first.
   */
  public void makeDirectory(String path, String... permissions) {
    try {
      StorePath parsed = parse(path);
      StorePermissions wanted = StorePermissions.parse(List.of(permissions));
      change(new StoreChange.MakeDirectory(parsed));
      change(new StoreChange.SetPermissions(parsed, wanted));
    } catch (StoreException malformed) {
      throw new IllegalArgumentException("permissions " + List.of(permissions), malformed);
    }
  }

  /** Removes a node and all below it, if it exists. */
  public void remove(String path) {
    StorePath parsed = parse(path);
    if (exists(parsed)) {
      change(new StoreChange.Remove(parsed));
    }
  }

  private boolean exists(StorePath path) {
    try {
      return tree.directory(session, 0, path) != null;
    } catch (StoreException missing) {
      return false;
    }
  }

  /**
   * Watches a path and all below it; the listener also hears of it once now.
   *
   * @throws IllegalArgumentException if this access has a listener for the path already
   */
  public void watch(String path, StoreListener listener) {
    if (listeners.putIfAbsent(path, listener) != null) {
      throw new IllegalArgumentException(path + " is watched already");
    }
    try {
      StoreWatch watch = new StoreWatch(session, parse(path), path, StoreWatch.ANY_DEPTH, 0);
      tree.watch(watch);
      tree.firstEvent(watch);
    } catch (StoreException refused) {
      throw new IllegalArgumentException("watch of " + path, refused);
    }
    tree.settle();
  }

  /** Makes a domain known: fires {@code @introduceDomain}. */
  public void introduce(int domain) {
    tree.introduce(domain);
    tree.settle();
  }

  /** Forgets a domain and removes the nodes it owns: fires {@code @releaseDomain}. */
  public void release(int domain) {
    tree.release(domain);
    tree.settle();
  }

  private void fired(String path, String token) {
    StoreListener listener = listeners.get(token);
    tree.later(() -> listener.changed(path));
  }

  private void change(StoreChange change) {
    try {
      tree.change(session, 0, change);
    } catch (StoreException refused) {
      throw new IllegalArgumentException(change.path().text() + ": " + refused.error(), refused);
    }
    tree.settle();
  }

  private static StorePath parse(String path) {
    try {
      return StorePath.parse(path, 0);
    } catch (StoreException malformed) {
      throw new IllegalArgumentException(path + " is no path", malformed);
    }
  }
}
