package dev.vls.log.wire;

/**
 * Decides from the times of messages when to send a heartbeat and when the peer is lost; has no
 * clock and no thread of its own.
 *
 * <p>If it was not asked for longer than half the time-out, this side was stopped (a pause of the
 * JVM, a busy machine): the peer's messages may lie unread in the socket, so it gets that half once
 * more.
 */
final class Liveness {
  /** What is to be done now. */
  enum Verdict {
    FINE,
    SEND_HEARTBEAT,
    LOST
  }

  private final LivenessConfig config;
  private long sentNs;
  private long receivedNs;
  private long askedNs;

  Liveness(LivenessConfig config, long nowNs) {
    this.config = config;
    this.sentNs = nowNs;
    this.receivedNs = nowNs;
    this.askedNs = nowNs;
  }

  void sent(long nowNs) {
    sentNs = nowNs;
  }

  void received(long nowNs) {
    receivedNs = nowNs;
  }

  Verdict ask(long nowNs) {
    long half = config.timeout().toNanos() / 2;
    if (nowNs - askedNs > half && nowNs - receivedNs > half) {
      receivedNs = nowNs - half;
    }
    askedNs = nowNs;
    if (nowNs - receivedNs >= config.timeout().toNanos()) {
      return Verdict.LOST;
    }
    return nowNs - sentNs >= config.interval().toNanos() ? Verdict.SEND_HEARTBEAT : Verdict.FINE;
  }

  /** Returns for how long nothing was received. */
  long silenceNs(long nowNs) {
    return nowNs - receivedNs;
  }
}
