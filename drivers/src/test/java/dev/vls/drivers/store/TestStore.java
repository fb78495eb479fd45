package dev.vls.drivers.store;

/** A tree without a guest's ring. */
public final class TestStore {
  private final StoreTree tree = new StoreTree(StoreQuota.DEFAULT);

  /** Creates an empty tree. */
  public TestStore() {}

  /** Returns the tree as domain 0. */
  public StoreAccess access() {
    return new StoreAccess(tree);
  }

  /** Plays the guest writing a node. */
  public void guestWrites(String path, String value) {
    try {
      StoreSession guest = new StoreSession(1, (changed, token) -> {});
      tree.change(
          guest, 0, new StoreChange.Write(StorePath.parse(path, 1), StoreText.bytes(value)));
      tree.settle();
    } catch (StoreException refused) {
      throw new AssertionError(path + ": " + refused.error(), refused);
    }
  }

  /** Plays the guest removing a node. */
  public void guestRemoves(String path) {
    try {
      StoreSession guest = new StoreSession(1, (changed, token) -> {});
      tree.change(guest, 0, new StoreChange.Remove(StorePath.parse(path, 1)));
      tree.settle();
    } catch (StoreException refused) {
      throw new AssertionError(path + ": " + refused.error(), refused);
    }
  }
}
