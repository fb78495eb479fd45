package dev.vls.vmm.hart;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.TranslationCaches;

/**
 * The LR/SC reservation (unprivileged spec 14.2).
 *
 * <p>It covers exactly the bytes that LR read. It ends with any SC, with the next LR, and with a
 * store by anybody but an instruction of this hart (commit, hypercall, debugger, the marking of a
 * page-table entry) to the same frame. Stores of this hart and traps keep it; SC succeeds only for
 * the same physical address and width.
 */
public final class Reservation implements TranslationCaches, StateExchange.Restorable {
  private static final int NONE = -1;

  private int index = NONE;
  private int size;

  Reservation(GuestMemory memory) {
    memory.attach(this);
  }

  /** Reserves {@code size} bytes at an index of {@link GuestMemory#bytes}. */
  public void set(int index, int size) {
    this.index = index;
    this.size = size;
  }

  /** Ends the reservation and returns whether it was for exactly these bytes. */
  public boolean take(int index, int size) {
    boolean held = covers(index, size);
    clear();
    return held;
  }

  /** Returns whether the reservation is for exactly these bytes. */
  public boolean covers(int index, int size) {
    return this.index == index && this.size == size;
  }

  /** Ends the reservation. */
  public void clear() {
    index = NONE;
    size = 0;
  }

  @Override
  public void storedFromOutside(int frame) {
    if (index >>> GuestMemory.FRAME_SHIFT == frame) {
      clear();
    }
  }

  @Override
  public void dropCode(int frame, int offset, int length) {}

  @Override
  public void dropTranslations() {}

  @Override
  public void dropStoreRights(int frame) {}

  @Override
  public void dropAllStoreRights() {}

  @Override
  public void exchange(StateExchange exchange) {
    index = exchange.number(index);
    size = exchange.number(size);
  }
}
