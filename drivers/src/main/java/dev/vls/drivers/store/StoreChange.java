package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;

/** A change to the tree that one request asks for. */
sealed interface StoreChange {
  /** Number of {@link Write} in saved state; the others follow. */
  int WRITE = 0;

  /** Number of {@link MakeDirectory}. */
  int MAKE_DIRECTORY = 1;

  /** Number of {@link Remove}. */
  int REMOVE = 2;

  /** Number of {@link SetPermissions}. */
  int SET_PERMISSIONS = 3;

  /** Returns which node it is about. */
  StorePath path();

  /**
   * Passes a change as state.
   *
   * @param change null if it is to come back
   */
  static StoreChange exchange(StateExchange exchange, StoreChange change) {
    StorePath path = StorePath.exchange(exchange, change == null ? null : change.path());
    int kind =
        switch (change) {
          case null -> WRITE;
          case Write write -> WRITE;
          case MakeDirectory make -> MAKE_DIRECTORY;
          case Remove remove -> REMOVE;
          case SetPermissions set -> SET_PERMISSIONS;
        };
    return switch (exchange.number(kind, WRITE, SET_PERMISSIONS)) {
      case WRITE -> {
        byte[] value = change instanceof Write write ? write.value() : new byte[0];
        yield new Write(path, exchange.block(value, StoreMessageLayout.MAX_PAYLOAD));
      }
      case MAKE_DIRECTORY -> new MakeDirectory(path);
      case REMOVE -> new Remove(path);
      default -> {
        StorePermissions own = change instanceof SetPermissions set ? set.permissions() : null;
        yield new SetPermissions(path, StorePermissions.exchange(exchange, own));
      }
    };
  }

  /** Sets a value; missing nodes on the way come into being. */
  record Write(StorePath path, byte[] value) implements StoreChange {}

  /** Makes a node, and those on the way; nothing if it exists. */
  record MakeDirectory(StorePath path) implements StoreChange {}

  /** Removes a node and all below it; nothing if only the node itself is missing. */
  record Remove(StorePath path) implements StoreChange {}

  /** Sets a node's permissions. */
  record SetPermissions(StorePath path, StorePermissions permissions) implements StoreChange {}
}
