package dev.vls.vmm.memory;

/**
 * What an engine caches of guest memory and must drop when that memory changes, so that caches stay
 * invisible to the guest (R3; see docs/architecture.md, "Coherent translation").
 */
public interface TranslationCaches {
  /**
   * Drops everything decoded or translated from these bytes of {@code frame}; they are whole
   * granules of {@link GuestMemory#CODE_GRANULE_BYTES}.
   */
  void dropCode(int frame, int offset, int length);

  /** Drops all cached address translations of every context: the physical map changed. */
  void dropTranslations();

  /**
   * Drops at least the translations that were found through the page-table entries in these bytes
   * of {@code frame}.
   *
   * @param length at least 1
   * @return whether others may be left that were found through the frame
   */
  default boolean dropTranslations(int frame, int offset, int length) {
    dropTranslations();
    return false;
  }

  /** Drops the right to store to {@code frame} without calling {@link GuestMemory#beforeStore}. */
  void dropStoreRights(int frame);

  /** Drops every such right. */
  void dropAllStoreRights();

  /**
   * Told that somebody else than a hart (a commit, a hypercall) has stored to {@code frame}: LR
   * reservations on it end.
   */
  default void storedFromOutside(int frame) {}
}
