package dev.vls.log.wire;

import java.util.List;

/**
 * Lets every session have the stream, and keeps why it ended.
 *
 * @param closures as they come
 */
record SoleOwner(List<Closure> closures) implements LeaderSession.Owner {
  @Override
  public boolean claim(LeaderSession session) {
    return true;
  }

  @Override
  public void opened(LeaderSession session) {}

  @Override
  public void closed(LeaderSession session, Closure closure) {
    closures.add(closure);
  }
}
