package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;
import java.util.List;
import java.util.TreeMap;

/**
 * One client of the tree: whom it acts for, its open transactions, and where its watches' events
 * go.
 */
final class StoreSession {
  private static final int MOST_SAVED = 1 << 10;

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

  /**
   * Passes the session as state.
   *
   * @param bound on a transaction's size
   */
  void exchange(StateExchange exchange, int bound) {
    exchange.same(domain);
    lastTransaction = exchange.number(lastTransaction, 0, Integer.MAX_VALUE);
    List<Integer> numbers =
        exchange.list(
            List.copyOf(transactions.keySet()),
            MOST_SAVED,
            number -> {
              int passed = exchange.number(number == null ? 0 : number, 0, Integer.MAX_VALUE);
              StoreTransaction from = number == null ? null : transactions.get(number);
              transactions.put(passed, StoreTransaction.exchange(exchange, bound, from));
              return passed;
            });
    transactions.keySet().retainAll(numbers);
  }
}
