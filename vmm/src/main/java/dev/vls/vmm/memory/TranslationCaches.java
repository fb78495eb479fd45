package dev.vls.vmm.memory;

/**
 * What an engine caches of guest memory and must drop when that memory changes, so that caches stay invisible to the guest (R3; see
 * docs/architecture.md, "Coherent translation").
 */
public interface TranslationCaches {
  /** Drops everything decoded or translated from {@code frame}. */
  void dropCode(int frame);

  /** Drops all cached address translations of every context: a page table or the physical map changed. */
  void dropTranslations();

  /** Drops the right to store to {@code frame} without calling {@link GuestMemory#beforeStore}. */
  void dropStoreRights(int frame);

  /** Drops every such right. */
  void dropAllStoreRights();
}
