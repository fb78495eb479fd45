package dev.vls.drivers.store;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;

/** All watches, in the order of their registration, which is the order in which they fire. */
final class StoreWatches {
  private static final int MOST_SAVED = 1 << 12;

  private final List<StoreWatch> watches = new ArrayList<>();

  /** Adds a watch, or throws EEXIST if the session has one of the same path and token. */
  void add(StoreWatch watch) throws StoreException {
    if (indexOf(watch.session(), watch.path(), watch.token()) >= 0) {
      throw new StoreException(StoreError.EEXIST);
    }
    watches.add(watch);
  }

  /** Removes a watch, or throws ENOENT if there is none of that path and token. */
  void remove(StoreSession session, StorePath path, String token) throws StoreException {
    int index = indexOf(session, path, token);
    if (index < 0) {
      throw new StoreException(StoreError.ENOENT);
    }
    watches.remove(index);
  }

  void removeAll(StoreSession session) {
    watches.removeIf(watch -> watch.session() == session);
  }

  int count(StoreSession session) {
    return (int) watches.stream().filter(watch -> watch.session() == session).count();
  }

  /** Tells those who watch it, and may know, what a change of {@code path} has led to. */
  void fire(StorePath path, StoreSnapshot before, StoreSnapshot after) {
    StoreNode old = before.find(path);
    StoreNode now = after.find(path);
    StoreNode subject = now == null ? old : now;
    if (subject == null) {
      return;
    }
    for (StoreWatch watch : watches) {
      if (watch.covers(path)) {
        if (subject.permissions().mayRead(watch.session().domain())) {
          watch.fire(path);
        }
      } else if (now == null && path.covers(watch.path())) {
        fireGone(watch, before);
      }
    }
  }

  /** Fires a watch of something that went with a node above it. */
  private static void fireGone(StoreWatch watch, StoreSnapshot before) {
    StoreNode gone = before.find(watch.path());
    if (gone != null && gone.permissions().mayRead(watch.session().domain())) {
      watch.fire(watch.path());
    }
  }

  /** Fires the watches of a special path whose sessions {@code permissions} lets know. */
  void fireSpecial(StorePath path, StorePermissions permissions) {
    for (StoreWatch watch : watches) {
      if (watch.path().equals(path) && permissions.mayRead(watch.session().domain())) {
        watch.fire(path);
      }
    }
  }

  private int indexOf(StoreSession session, StorePath path, String token) {
    for (int i = 0; i < watches.size(); i++) {
      StoreWatch watch = watches.get(i);
      if (watch.session() == session && watch.path().equals(path) && watch.token().equals(token)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Passes all watches as state. Those of the inside are there already when they come back, since
   * ports set them up before the first instruction; the others are {@code client}'s.
   */
  void exchange(StateExchange exchange, StoreSession client) {
    List<StoreWatch> inside = new ArrayList<>(watches);
    inside.removeIf(watch -> watch.session() == client);
    StoreWatch.Sessions sessions =
        (domain, path, token) ->
            domain == client.domain() ? client : takeInside(inside, path, token);
    List<StoreWatch> passed =
        exchange.list(
            List.copyOf(watches),
            MOST_SAVED,
            watch -> StoreWatch.exchange(exchange, watch, sessions));
    watches.clear();
    watches.addAll(passed);
  }

  private static StoreSession takeInside(List<StoreWatch> inside, StorePath path, String token) {
    for (StoreWatch watch : inside) {
      if (watch.path().equals(path) && watch.token().equals(token)) {
        inside.remove(watch);
        return watch.session();
      }
    }
    throw new StateException("the saved state watches a path that this machine does not");
  }
}
