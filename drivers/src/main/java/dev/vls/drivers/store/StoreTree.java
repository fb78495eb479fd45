package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The store's semantics (ABI 9.3): nodes with permissions and quotas, watches, transactions.
 * Deterministic: the same calls in the same order have the same results and fire the same events in
 * the same order. Domain's thread only.
 */
final class StoreTree {
  private final StoreQuota quota;
  private final StoreEditor editor;
  private final StoreWatches watches = new StoreWatches();
  private final TreeMap<StorePath, StorePermissions> special = new TreeMap<>();
  private final TreeSet<Integer> introduced = new TreeSet<>();
  private final ArrayDeque<Runnable> notices = new ArrayDeque<>();
  private final List<Runnable> settled = new ArrayList<>();
  private StoreSnapshot tree = StoreSnapshot.empty();
  private boolean settling;

  StoreTree(StoreQuota quota) {
    this.quota = quota;
    editor = new StoreEditor(quota);
    for (String name : List.of(StorePath.INTRODUCE_DOMAIN, StorePath.RELEASE_DOMAIN)) {
      special.put(new StorePath(name, List.of(name)), StorePermissions.ownedBy(0));
    }
  }

  StoreQuota quota() {
    return quota;
  }

  /** Returns the value of a node. */
  byte[] read(StoreSession session, int transaction, StorePath path) throws StoreException {
    return readable(session, transaction, path).value();
  }

  /** Returns the node itself, for those who want its children: in the order of their names. */
  StoreNode directory(StoreSession session, int transaction, StorePath path) throws StoreException {
    return readable(session, transaction, path);
  }

  /** Returns who may do what with a node or a special path. */
  StorePermissions permissions(StoreSession session, int transaction, StorePath path)
      throws StoreException {
    if (!path.special()) {
      return readable(session, transaction, path).permissions();
    }
    StorePermissions permissions = special.get(path);
    if (!permissions.mayRead(session.domain())) {
      throw new StoreException(StoreError.EACCES);
    }
    return permissions;
  }

  private StoreNode readable(StoreSession session, int number, StorePath path)
      throws StoreException {
    StoreTransaction transaction = session.transaction(number);
    refuseSpecial(path);
    if (transaction != null) {
      transaction.read(path);
    }
    StoreSnapshot view = transaction == null ? tree : transaction.current();
    StoreNode node = view.find(path);
    if (node == null) {
      throw StoreEditor.missing(view, path, session.domain());
    }
    if (!node.permissions().mayRead(session.domain())) {
      throw new StoreException(StoreError.EACCES);
    }
    return node;
  }

  /** Makes a change, at once or as part of a transaction; nothing is changed if it is refused. */
  void change(StoreSession session, int number, StoreChange change) throws StoreException {
    StoreTransaction transaction = session.transaction(number);
    if (change instanceof StoreChange.SetPermissions set && change.path().special()) {
      editor.checkOwner(special.get(set.path()), set.permissions(), session.domain());
      special.put(set.path(), set.permissions());
      return;
    }
    refuseSpecial(change.path());
    if (transaction == null) {
      StoreSnapshot before = tree;
      tree = editor.apply(before, session.domain(), change);
      fire(change, before, tree);
    } else {
      transaction.checkRoom();
      transaction.changed(change, editor.apply(transaction.current(), session.domain(), change));
    }
  }

  private void fire(StoreChange change, StoreSnapshot before, StoreSnapshot after) {
    if (before != after) {
      watches.fire(change.path(), before, after);
    }
  }

  private static void refuseSpecial(StorePath path) throws StoreException {
    if (path.special()) {
      throw new StoreException(StoreError.EINVAL);
    }
  }

  /** Opens a transaction and returns its number; ENOSPC beyond the quota. */
  int startTransaction(StoreSession session) throws StoreException {
    if (session.domain() != 0 && session.openTransactions() >= quota.transactions()) {
      throw new StoreException(StoreError.ENOSPC);
    }
    return session.open(new StoreTransaction(tree, quota.transactionNodes()));
  }

  /** Drops a transaction and everything it did. */
  void abort(StoreSession session, int number) throws StoreException {
    session.transaction(number);
    session.close(number);
  }

  /**
   * Ends a transaction with all of its changes or, with EAGAIN, none of them: it is over in either
   * case.
   */
  void commit(StoreSession session, int number) throws StoreException {
    StoreTransaction transaction = session.transaction(number);
    session.close(number);
    if (transaction == null) {
      throw new StoreException(StoreError.ENOENT);
    }
    if (!transaction.consistentWith(tree)) {
      throw new StoreException(StoreError.EAGAIN);
    }
    List<StoreSnapshot> states = applied(transaction.changes(), session.domain());
    tree = states.getLast();
    for (int i = 0; i < transaction.changes().size(); i++) {
      fire(transaction.changes().get(i), states.get(i), states.get(i + 1));
    }
  }

  private List<StoreSnapshot> applied(List<StoreChange> changes, int domain) throws StoreException {
    List<StoreSnapshot> states = new ArrayList<>();
    states.add(tree);
    try {
      for (StoreChange change : changes) {
        states.add(editor.apply(states.getLast(), domain, change));
      }
    } catch (StoreException refused) {
      throw new StoreException(StoreError.EAGAIN);
    }
    return states;
  }

  /**
   * Registers a watch, which does not fire before {@link #firstEvent}; EEXIST, or E2BIG beyond the
   * quota.
   */
  void watch(StoreWatch watch) throws StoreException {
    StoreSession session = watch.session();
    if (session.domain() != 0 && watches.count(session) >= quota.watches()) {
      throw new StoreException(StoreError.E2BIG);
    }
    watches.add(watch);
  }

  /** Fires a watch for its registration. */
  void firstEvent(StoreWatch watch) {
    watch.fire(watch.path());
  }

  /** Removes a watch; ENOENT if there is none of that path and token. */
  void unwatch(StoreSession session, StorePath path, String token) throws StoreException {
    watches.remove(session, path, token);
  }

  /** Drops everything a session holds: watches and transactions. */
  void reset(StoreSession session) {
    watches.removeAll(session);
    session.closeAll();
  }

  boolean introduced(int domain) {
    return introduced.contains(domain);
  }

  /** Makes a domain known and fires the special watch. */
  void introduce(int domain) {
    if (introduced.add(domain)) {
      fireSpecial(StorePath.INTRODUCE_DOMAIN);
    }
  }

  /** Forgets a domain, removes the nodes that it owns, and fires the special watch. */
  void release(int domain) {
    if (introduced.remove(domain)) {
      removeOwned(domain);
      fireSpecial(StorePath.RELEASE_DOMAIN);
    }
  }

  private void removeOwned(int domain) {
    List<StorePath> found = new ArrayList<>();
    collectOwned(domain, tree.root(), "", found);
    for (StorePath path : found) {
      StoreSnapshot before = tree;
      if (before.find(path) == null) {
        continue;
      }
      try {
        StoreChange change = new StoreChange.Remove(path);
        tree = editor.apply(before, 0, change);
        fire(change, before, tree);
      } catch (StoreException refused) {
        throw new IllegalStateException("domain 0 may not remove " + path.text(), refused);
      }
    }
  }

  private static void collectOwned(
      int domain, StoreNode node, String prefix, List<StorePath> found) {
    for (String name : node.names()) {
      StoreNode child = node.child(name);
      String text = prefix + "/" + name;
      if (child.permissions().owner() == domain) {
        found.add(new StorePath(text, List.of(text.substring(1).split("/", -1))));
      } else {
        collectOwned(domain, child, text, found);
      }
    }
  }

  private void fireSpecial(String name) {
    StorePath path = new StorePath(name, List.of(name));
    watches.fireSpecial(path, special.get(path));
  }

  /**
   * Puts something off until the operation in progress is complete: how inside listeners hear of
   * events.
   */
  void later(Runnable notice) {
    notices.add(notice);
  }

  /**
   * Adds what is to be done whenever an operation and everything that followed from it is complete.
   */
  void onSettled(Runnable action) {
    settled.add(action);
  }

  /** Completes an operation: lets inside listeners act on it, and on what they cause, in order. */
  void settle() {
    if (settling) {
      return;
    }
    settling = true;
    try {
      while (!notices.isEmpty()) {
        notices.remove().run();
      }
    } finally {
      settling = false;
    }
    settled.forEach(Runnable::run);
  }

  /** Passes the tree as state, with the watches of the inside and of its one client. */
  void exchange(StateExchange exchange, StoreSession client) {
    editor.exchange(exchange);
    tree = StoreSnapshot.exchange(exchange, exchange.restores() ? null : tree);
    watches.exchange(exchange, client);
    special.replaceAll(
        (path, permissions) ->
            StorePermissions.exchange(exchange, exchange.restores() ? null : permissions));
    List<Integer> domains =
        exchange.list(
            List.copyOf(introduced),
            StorePermissions.MAX_DOMAIN,
            domain -> exchange.number(domain == null ? 0 : domain));
    introduced.clear();
    introduced.addAll(domains);
  }
}
