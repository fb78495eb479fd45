package dev.vls.vmm.hart;

import java.util.Arrays;

/**
 * Numbers for the values of satp, as contexts of the {@link SoftTlb} need them: small ones, and the
 * same for all harts that share it.
 */
final class TranslationContexts {
  /** What names no value of satp. */
  static final int NONE = 0;

  private static final int SLOTS = 63;

  private final SoftTlb tlb;
  private final long[] satps = new long[SLOTS];
  private int used = 1;

  TranslationContexts(SoftTlb tlb) {
    this.tlb = tlb;
  }

  /**
   * Returns the number of {@code satp}, which is not 0.
   *
   * <p>A number that was not asked for again since another hart ran may mean another value by now.
   *
   * @param guess its likely number, such as the last one
   */
  int slot(long satp, int guess) {
    if (satps[guess] == satp) {
      return guess;
    }
    for (int slot = 1; slot < used; slot++) {
      if (satps[slot] == satp) {
        return slot;
      }
    }
    if (used == SLOTS) {
      tlb.dropTranslations();
      Arrays.fill(satps, 0);
      used = 1;
    }
    satps[used] = satp;
    return used++;
  }
}
