package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * An open transaction: the tree as it was at the start with this transaction's own changes on it.
 *
 * <p>It conflicts if a node that it has read has changed since; nodes that it only wrote do not
 * count (ABI 9.3).
 */
final class StoreTransaction {
  private final StoreSnapshot base;
  private final int bound;
  private final TreeSet<StorePath> reads = new TreeSet<>();
  private final List<StoreChange> changes = new ArrayList<>();
  private StoreSnapshot current;

  /**
   * Starts on {@code base}; {@code bound} limits how many nodes are read plus how many changes are
   * made.
   */
  StoreTransaction(StoreSnapshot base, int bound) {
    this.base = base;
    this.bound = bound;
    current = base;
  }

  StoreSnapshot current() {
    return current;
  }

  List<StoreChange> changes() {
    return changes;
  }

  /** Notes that the client has learnt something about a node. */
  void read(StorePath path) throws StoreException {
    checkRoom();
    reads.add(path);
  }

  /** Notes a change that led to {@code changed}. */
  void changed(StoreChange change, StoreSnapshot changed) {
    changes.add(change);
    current = changed;
  }

  /** Throws ENOSPC if the transaction may not grow. */
  void checkRoom() throws StoreException {
    if (reads.size() + changes.size() >= bound) {
      throw new StoreException(StoreError.ENOSPC);
    }
  }

  /** Returns whether nothing that was read differs in {@code now}. */
  boolean consistentWith(StoreSnapshot now) {
    return now == base
        || reads.stream().allMatch(path -> base.generation(path) == now.generation(path));
  }

  /**
   * Passes a transaction as state.
   *
   * @param bound as in the constructor
   * @param transaction null if it is to come back
   */
  static StoreTransaction exchange(
      StateExchange exchange, int bound, StoreTransaction transaction) {
    StoreTransaction from = transaction;
    StoreSnapshot base = StoreSnapshot.exchange(exchange, from == null ? null : from.base);
    StoreTransaction passed = from == null ? new StoreTransaction(base, bound) : from;
    passed.current = StoreSnapshot.exchange(exchange, from == null ? null : from.current);
    List<StorePath> reads =
        exchange.list(List.copyOf(passed.reads), bound, path -> StorePath.exchange(exchange, path));
    passed.reads.addAll(reads);
    List<StoreChange> changes =
        exchange.list(
            List.copyOf(passed.changes), bound, change -> StoreChange.exchange(exchange, change));
    if (from == null) {
      passed.changes.addAll(changes);
    }
    return passed;
  }
}
