package dev.vls.drivers.store;

import dev.vls.vmm.StateSink;
import java.util.TreeMap;

/**
 * One client of the tree: whom it acts for, its open transactions, and where its watches' events
 * go.
 */
final class StoreSession implements StateSink.Stateful {
  private final int domain;
  private final Events events;
  private final TreeMap<Integer, StoreTransaction> transactions = new TreeMap<>();
  private int lastTransaction;

  /** Takes the events of a session's watches. */
  interface Events {
    /** Takes one event; must not call the tree. */
    void fired(String path, String token);
  }

  StoreSession(int domain, Events events) {
    this.domain = domain;
    this.events = events;
  }

  int domain() {
    return domain;
  }

  Events events() {
    return events;
  }

  /** Returns the open transaction, or null for number 0; ENOENT if there is none of that number. */
  StoreTransaction transaction(int number) throws StoreException {
    StoreTransaction open = transactions.get(number);
    if (open == null && number != 0) {
      throw new StoreException(StoreError.ENOENT);
    }
    return open;
  }

  int openTransactions() {
    return transactions.size();
  }

  /** Opens a transaction under the next free number above 0. */
  int open(StoreTransaction transaction) {
    do {
      lastTransaction = lastTransaction == Integer.MAX_VALUE ? 1 : lastTransaction + 1;
    } while (transactions.containsKey(lastTransaction));
    transactions.put(lastTransaction, transaction);
    return lastTransaction;
  }

  void close(int number) {
    transactions.remove(number);
  }

  void closeAll() {
    transactions.clear();
  }

  @Override
  public void save(StateSink sink) {
    sink.word(domain);
    sink.word(lastTransaction);
    sink.word(transactions.size());
    transactions.forEach(
        (number, transaction) -> {
          sink.word(number);
          transaction.save(sink);
        });
  }
}
