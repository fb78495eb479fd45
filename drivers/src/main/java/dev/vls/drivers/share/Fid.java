package dev.vls.drivers.share;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;

/**
 * What a number of the guest's stands for. Immutable.
 *
 * @param path the place in the share
 * @param state what the guest may do with it
 * @param identity of a file or directory that is open: the {@code path} of its qid; of a reserved
 *     one: the number of the request that may fill it; else 0
 */
record Fid(SharePath path, State state, long identity) {
  static final Fid ROOT = walked(SharePath.ROOT);

  /** What has been done with a fid. */
  enum State {
    /** A walk to it is under way. */
    RESERVED,
    /** It names a place. */
    WALKED,
    /** It is a file, open for reading. */
    FILE,
    /** It is a directory, open for reading. */
    DIRECTORY
  }

  /** Returns what names a place and no more. */
  static Fid walked(SharePath path) {
    return new Fid(path, State.WALKED, 0);
  }

  boolean isOpen() {
    return state == State.FILE || state == State.DIRECTORY;
  }

  /** Passes a fid as state; null if it is to come back. */
  static Fid exchange(StateExchange exchange, Fid fid) {
    Fid from = fid == null ? ROOT : fid;
    return new Fid(
        exchange(exchange, from.path),
        exchange.choice(from.state, State.values()),
        exchange.word(from.identity));
  }

  /** Passes a path as state. */
  static SharePath exchange(StateExchange exchange, SharePath path) {
    String octets = exchange.text(path.octets(), 2 * SharePath.MAX_OCTETS); // as UTF-8
    try {
      return exchange.restores() ? new SharePath(octets) : path;
    } catch (IllegalArgumentException e) {
      throw new StateException("the saved state names a file that cannot be in a share");
    }
  }
}
