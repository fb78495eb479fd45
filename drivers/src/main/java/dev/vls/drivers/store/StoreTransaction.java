package dev.vls.drivers.store;

import dev.vls.vmm.StateSink;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * An open transaction: the tree as it was at the start with this transaction's own changes on it.
 *
 * <p>It conflicts if a node that it has read has changed since; nodes that it only wrote do not
 * count (ABI 9.3).
 */
final class StoreTransaction implements StateSink.Stateful {
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

  @Override
  public void save(StateSink sink) {
    base.save(sink);
    current.save(sink);
    StoreText.save(sink, reads.stream().map(StorePath::text).toList());
    sink.word(changes.size());
    changes.forEach(change -> save(sink, change));
  }

  private static void save(StateSink sink, StoreChange change) {
    sink.block(StoreText.bytes(change.path().text()));
    switch (change) {
      case StoreChange.Write write -> {
        sink.word(0);
        sink.block(write.value());
      }
      case StoreChange.MakeDirectory make -> sink.word(1);
      case StoreChange.Remove remove -> sink.word(2);
      case StoreChange.SetPermissions set -> {
        sink.word(3);
        StoreText.save(sink, set.permissions().texts());
      }
    }
  }
}
