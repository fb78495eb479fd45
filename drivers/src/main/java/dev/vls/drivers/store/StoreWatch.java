package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;

/**
 * A registered watch.
 *
 * @param session whose it is
 * @param path what is watched
 * @param token what the client wants to hear with each event
 * @param depth how many levels below the path count
 * @param cut how many characters of an event's path the client does not want: it registered a
 *     relative path
 */
record StoreWatch(StoreSession session, StorePath path, String token, int depth, int cut) {
  static final int ANY_DEPTH = Integer.MAX_VALUE;

  /** Returns whether a change of {@code changed} is within what is watched. */
  boolean covers(StorePath changed) {
    return path.covers(changed) && changed.depth() - path.depth() <= depth;
  }

  void fire(StorePath changed) {
    session.events().fired(changed.text().substring(cut), token);
  }

  /**
   * Passes a watch as state.
   *
   * @param watch null if it is to come back
   * @param sessions finds whose it is, by the session's domain, the path and the token
   */
  static StoreWatch exchange(StateExchange exchange, StoreWatch watch, Sessions sessions) {
    int domain = exchange.number(watch == null ? 0 : watch.session.domain());
    StorePath path = StorePath.exchange(exchange, watch == null ? null : watch.path);
    String token = StoreText.exchange(exchange, watch == null ? "" : watch.token);
    int depth = exchange.number(watch == null ? 0 : watch.depth, 0, ANY_DEPTH);
    int cut = exchange.number(watch == null ? 0 : watch.cut, 0, path.text().length());
    return watch == null
        ? new StoreWatch(sessions.find(domain, path, token), path, token, depth, cut)
        : watch;
  }

  /** Finds sessions. */
  interface Sessions {
    /**
     * Returns the session of a watch.
     *
     * @throws dev.vls.vmm.StateException if there is none
     */
    StoreSession find(int domain, StorePath path, String token);
  }
}
