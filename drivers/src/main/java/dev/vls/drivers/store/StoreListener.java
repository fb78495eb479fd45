package dev.vls.drivers.store;

/** Hears of changes to the tree inside the boundary; domain's thread. */
@FunctionalInterface
public interface StoreListener {
  /**
   * Something at or below a watched path has changed, or may have: look for yourself.
   *
   * @param path what has changed
   */
  void changed(String path);
}
