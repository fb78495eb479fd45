package dev.vls.drivers.store;

import static dev.vls.drivers.store.StoreRingLayout.*;

import dev.vls.sma.RingCounters;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The store's end of a guest's ring page (ABI 9.1).
 *
 * <p>The work of one notification is bounded: at most a ring full of requests can wait, and while
 * {@link StoreQuota#replies} answers wait for room no further request is read. The store's own
 * indices are kept privately; what the guest makes of them in the page does not matter.
 */
final class StoreRing {
  private final GuestMemory memory;
  private final int frame;
  private final StoreQuota quota;
  private final StoreReplies replies = new StoreReplies();
  private final StoreProtocol protocol;
  private final RingCounters counters;
  private final Runnable signal;
  private final byte[] chunk = new byte[RING_BYTES];
  private final byte[] message =
      new byte[StoreMessageLayout.HEADER_BYTES + StoreMessageLayout.MAX_PAYLOAD];
  private final ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
  private int received; // bytes of the message that is coming in
  private int reqCons;
  private int rspProd;
  private boolean broken;
  private boolean pumping;

  /**
   * Connects a domain to the tree.
   *
   * @param counters of messages that are complete, events among the responses
   * @param signal activates the guest's event channel
   */
  StoreRing(
      GuestMemory memory,
      int frame,
      StoreTree tree,
      int domain,
      RingCounters counters,
      Runnable signal) {
    this.memory = memory;
    this.counters = counters;
    this.frame = frame;
    this.signal = signal;
    quota = tree.quota();
    protocol = new StoreProtocol(tree, domain, replies);
    memory.put32(
        frame, SERVER_FEATURES_OFFSET, FEATURE_RECONNECTION | FEATURE_ERROR | FEATURE_WATCH_DEPTH);
    tree.onSettled(this::settled);
  }

  /**
   * Does what there is to do: the guest has notified, or events wait. Signals once if any index has
   * moved.
   */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      if (work()) {
        signal.run();
      }
    } finally {
      pumping = false;
    }
  }

  private void settled() {
    if (!replies.isEmpty()) {
      pump();
    }
  }

  private boolean work() {
    boolean moved = reconnect();
    while (!broken && (send() || receive())) {
      moved = true;
    }
    if (!broken && replies.bytes() > quota.waitingBytes()) {
      fail(ERROR_COMM);
    }
    moved |= broken && failing;
    failing = false;
    return moved;
  }

  private boolean failing; // an error was written and is to be signalled

  private void fail(int error) {
    broken = true;
    failing = true;
    memory.put32(frame, ERROR_OFFSET, error);
    drop();
  }

  private void drop() {
    protocol.reset();
    replies.clear();
    received = 0;
  }

  /** Starts afresh if the guest has asked for it. */
  private boolean reconnect() {
    if (memory.i32(frame, CONNECTION_OFFSET) != RECONNECT) {
      return false;
    }
    drop();
    broken = false;
    reqCons = 0;
    rspProd = 0;
    for (int offset = REQ_CONS_OFFSET; offset <= RSP_PROD_OFFSET; offset += Integer.BYTES) {
      memory.put32(frame, offset, 0);
    }
    memory.put32(frame, ERROR_OFFSET, ERROR_NONE);
    memory.put32(frame, CONNECTION_OFFSET, CONNECTED);
    return true;
  }

  /** Moves waiting bytes to the guest; false if there are none or no room. */
  private boolean send() {
    if (replies.isEmpty()) {
      return false;
    }
    int used = rspProd - memory.i32(frame, RSP_CONS_OFFSET);
    if (Integer.compareUnsigned(used, RING_BYTES) > 0) {
      fail(ERROR_RINGIDX);
      return false;
    }
    int before = replies.messages();
    int count = replies.take(chunk, RING_BYTES - used);
    for (int whole = before - replies.messages(); whole > 0; whole--) {
      counters.response();
    }
    int first = Math.min(count, RING_BYTES - slot(rspProd));
    memory.write(frame, RSP_OFFSET + slot(rspProd), chunk, 0, first);
    memory.write(frame, RSP_OFFSET, chunk, first, count - first);
    rspProd += count;
    memory.put32(frame, RSP_PROD_OFFSET, rspProd);
    return count > 0;
  }

  /**
   * Takes bytes of at most one request, and answers it if it is complete; false if there are none
   * or the guest must read first.
   */
  private boolean receive() {
    int waiting = memory.i32(frame, REQ_PROD_OFFSET) - reqCons;
    if (Integer.compareUnsigned(waiting, RING_BYTES) > 0) {
      fail(ERROR_RINGIDX);
      return false;
    }
    if (waiting == 0 || replies.replies() >= quota.replies()) {
      return false;
    }
    int count = Math.min(waiting, wanted() - received);
    int first = Math.min(count, RING_BYTES - slot(reqCons));
    memory.read(frame, REQ_OFFSET + slot(reqCons), message, received, first);
    memory.read(frame, REQ_OFFSET, message, received + first, count - first);
    received += count;
    reqCons += count;
    memory.put32(frame, REQ_CONS_OFFSET, reqCons);
    complete();
    return !broken;
  }

  /** Returns how long the incoming message is as far as is known. */
  private int wanted() {
    boolean headed = received >= StoreMessageLayout.HEADER_BYTES;
    return StoreMessageLayout.HEADER_BYTES
        + (headed ? header.getInt(StoreMessageLayout.LEN_OFFSET) : 0);
  }

  private void complete() {
    if (received < StoreMessageLayout.HEADER_BYTES) {
      return;
    }
    int length = header.getInt(StoreMessageLayout.LEN_OFFSET);
    if (Integer.compareUnsigned(length, StoreMessageLayout.MAX_PAYLOAD) > 0) {
      fail(ERROR_PROTO);
    } else if (received == StoreMessageLayout.HEADER_BYTES + length) {
      received = 0;
      counters.request();
      protocol.request(
          header.getInt(StoreMessageLayout.TYPE_OFFSET),
          header.getInt(StoreMessageLayout.REQ_ID_OFFSET),
          header.getInt(StoreMessageLayout.TX_ID_OFFSET),
          Arrays.copyOfRange(
              message, StoreMessageLayout.HEADER_BYTES, StoreMessageLayout.HEADER_BYTES + length));
    }
  }

  private static int slot(int index) {
    return index & (RING_BYTES - 1);
  }

  /** Returns the client's session. */
  StoreSession session() {
    return protocol.session();
  }

  void exchange(StateExchange exchange) {
    protocol.exchange(exchange);
    received = exchange.number(received, 0, message.length);
    exchange.bytes(message, 0, received);
    reqCons = exchange.number(reqCons);
    rspProd = exchange.number(rspProd);
    broken = exchange.flag(broken);
  }
}
