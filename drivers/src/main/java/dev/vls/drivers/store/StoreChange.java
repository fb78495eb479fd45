package dev.vls.drivers.store;

/** A change to the tree that one request asks for. */
sealed interface StoreChange {
  /** Returns which node it is about. */
  StorePath path();

  /** Sets a value; missing nodes on the way come into being. */
  record Write(StorePath path, byte[] value) implements StoreChange {}

  /** Makes a node, and those on the way; nothing if it exists. */
  record MakeDirectory(StorePath path) implements StoreChange {}

  /** Removes a node and all below it; nothing if only the node itself is missing. */
  record Remove(StorePath path) implements StoreChange {}

  /** Sets a node's permissions. */
  record SetPermissions(StorePath path, StorePermissions permissions) implements StoreChange {}
}
