package dev.vls.drivers.store;

import dev.vls.vmm.StateSink;

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
record StoreWatch(StoreSession session, StorePath path, String token, int depth, int cut)
    implements StateSink.Stateful {
  static final int ANY_DEPTH = Integer.MAX_VALUE;

  /** Returns whether a change of {@code changed} is within what is watched. */
  boolean covers(StorePath changed) {
    return path.covers(changed) && changed.depth() - path.depth() <= depth;
  }

  void fire(StorePath changed) {
    session.events().fired(changed.text().substring(cut), token);
  }

  @Override
  public void save(StateSink sink) {
    sink.word(session.domain());
    sink.block(StoreText.bytes(path.text()));
    sink.block(StoreText.bytes(token));
    sink.word(depth);
    sink.word(cut);
  }
}
