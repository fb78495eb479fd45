package dev.vls.drivers.store;

/**
 * What one unprivileged domain may take of the store (ABI 9.3, last row); domain 0 has no bounds
 * but the protocol's.
 *
 * @param nodes nodes it owns
 * @param watches watches it holds
 * @param transactions transactions it has open
 * @param nodeBytes bytes of name, value and permissions of one node
 * @param permissions permissions of one node
 * @param transactionNodes different nodes read, and operations done, in one transaction
 * @param replies answers that may wait for room in its ring before its next request is read
 * @param waitingBytes bytes of answers and watch events that may wait; beyond, its connection is
 *     broken
 */
public record StoreQuota(
    int nodes,
    int watches,
    int transactions,
    int nodeBytes,
    int permissions,
    int transactionNodes,
    int replies,
    int waitingBytes) {
  /** The defaults of common store daemons. */
  public static final StoreQuota DEFAULT =
      new StoreQuota(1000, 128, 10, 2048, 5, 1024, 20, 1 << 18);

  /** Checks that every bound is positive. */
  public StoreQuota {
    if (Math.min(Math.min(nodes, watches), Math.min(transactions, nodeBytes)) < 1
        || Math.min(Math.min(permissions, transactionNodes), Math.min(replies, waitingBytes)) < 1) {
      throw new IllegalArgumentException("a store quota below 1");
    }
  }
}
