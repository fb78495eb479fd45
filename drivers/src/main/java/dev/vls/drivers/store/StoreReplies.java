package dev.vls.drivers.store;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What waits for room in a client's ring: answers and watch events, in order.
 *
 * <p>An event that waits already is not added a second time: a watch tells that something has
 * changed, not how often.
 */
final class StoreReplies {
  private static final int MOST_SAVED = 1 << 16;
  private static final int MOST_SAVED_BYTES = 1 << 13;
  private static final byte[] NOTHING = {};

  private record Message(byte[] bytes, String event) {}

  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private final Set<String> events = new HashSet<>(); // only asked, never walked
  private int sent; // bytes of the first message
  private int replies;
  private int bytes;

  int replies() {
    return replies;
  }

  int bytes() {
    return bytes;
  }

  /** Returns how many answers and events wait, the one that is half sent included. */
  int messages() {
    return messages.size();
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  void reply(int type, int reqId, int txId, byte[] payload) {
    add(new Message(message(type, reqId, txId, payload), null));
    replies++;
  }

  void event(String path, String token) {
    String text = path + '\0' + token + '\0';
    if (events.add(text)) {
      add(
          new Message(
              message(StoreMessageLayout.XS_WATCH_EVENT, 0, 0, StoreText.bytes(text)), text));
    }
  }

  private void add(Message message) {
    messages.add(message);
    bytes += message.bytes().length;
  }

  private static byte[] message(int type, int reqId, int txId, byte[] payload) {
    return ByteBuffer.allocate(StoreMessageLayout.HEADER_BYTES + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(reqId)
        .putInt(txId)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  /** Moves up to {@code length} of the next bytes to {@code target} and returns how many. */
  int take(byte[] target, int length) {
    int taken = 0;
    while (taken < length && !messages.isEmpty()) {
      Message head = messages.peek();
      int count = Math.min(length - taken, head.bytes().length - sent);
      System.arraycopy(head.bytes(), sent, target, taken, count);
      taken += count;
      if (sent == 0 && head.event() != null) {
        events.remove(head.event()); // half of it is read already: an equal event is news again
      }
      sent += count;
      finish(head);
    }
    return taken;
  }

  /** Drops the head if all of it is on its way. */
  private void finish(Message head) {
    if (sent == head.bytes().length) {
      messages.remove();
      bytes -= sent;
      sent = 0;
      replies -= head.event() == null ? 1 : 0;
    }
  }

  void clear() {
    messages.clear();
    events.clear();
    sent = 0;
    replies = 0;
    bytes = 0;
  }

  void exchange(StateExchange exchange) {
    int begun = exchange.number(sent, 0, MOST_SAVED_BYTES);
    List<Message> passed =
        exchange.list(List.copyOf(messages), MOST_SAVED, message -> exchange(exchange, message));
    if (exchange.restores()) {
      clear();
      passed.forEach(this::restore);
      sent = begun;
      if (sent > 0 && (passed.isEmpty() || sent >= passed.getFirst().bytes().length)) {
        throw new StateException("the saved state has half of a message that is not there");
      }
      if (sent > 0 && passed.getFirst().event() != null) {
        events.remove(passed.getFirst().event());
      }
    }
  }

  private static Message exchange(StateExchange exchange, Message message) {
    boolean event = exchange.flag(message != null && message.event() != null);
    byte[] bytes = exchange.block(message == null ? NOTHING : message.bytes(), MOST_SAVED_BYTES);
    if (message != null) {
      return message;
    }
    if (bytes.length < StoreMessageLayout.HEADER_BYTES) {
      throw new StateException("the saved state has a message without a header");
    }
    return new Message(
        bytes, event ? StoreText.text(bytes, StoreMessageLayout.HEADER_BYTES, bytes.length) : null);
  }

  private void restore(Message message) {
    add(message);
    if (message.event() == null) {
      replies++;
    } else {
      events.add(message.event());
    }
  }
}
