package dev.vls.drivers.store;

import static dev.vls.drivers.store.StoreMessageLayout.HEADER_BYTES;
import static dev.vls.drivers.store.StoreRingLayout.*;

import dev.vls.sma.RingCounters;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A front-end of the store for tests: speaks the ring page byte by byte, as a guest would. */
final class StoreGuest {
  /** One message from the store. */
  record Answer(int type, int reqId, int txId, byte[] payload) {
    String text() {
      return StoreText.text(payload, 0, payload.length);
    }
  }

  final GuestMemory memory = new GuestMemory(1 << 20, 4);
  final int frame = memory.allocateFrame();
  final StoreTree tree;
  final StoreRing ring;
  int signals;
  final RingCounters counters = new RingCounters("store", "xen");
  private int nextId = 100;
  private final ByteBuffer incoming = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  final List<Answer> events = new ArrayList<>();

  StoreGuest() {
    this(new StoreTree(StoreQuota.DEFAULT), 1);
    new DomainNodes(new StoreAccess(tree), 1).write(new DomainConfig("guest", 65536));
  }

  StoreGuest(StoreTree tree, int domain) {
    this.tree = tree;
    ring = new StoreRing(memory, frame, tree, domain, counters, () -> signals++);
  }

  /** Sends a request and returns its answer; events on the way are collected. */
  Answer ask(int type, int txId, byte[] payload) {
    int id = nextId++;
    send(type, id, txId, payload);
    for (Answer answer = receive(); answer != null; answer = receive()) {
      if (answer.type() == StoreMessageLayout.XS_WATCH_EVENT) {
        events.add(answer);
      } else if (answer.reqId() == id) {
        return answer;
      } else {
        throw new AssertionError("answer to another request: " + answer.reqId());
      }
    }
    throw new AssertionError("no answer to request of type " + type);
  }

  Answer ask(int type, int txId, String... strings) {
    return ask(type, txId, StoreText.payload(List.of(strings)));
  }

  String text(int type, int txId, String... strings) {
    Answer answer = ask(type, txId, strings);
    String text = answer.text();
    return answer.type() == StoreMessageLayout.XS_ERROR
        ? text.substring(0, text.length() - 1)
        : text;
  }

  String read(String path) {
    return text(StoreMessageLayout.XS_READ, 0, path);
  }

  String write(int txId, String path, String value) {
    Answer answer = ask(StoreMessageLayout.XS_WRITE, txId, StoreText.bytes(path + '\0' + value));
    return answer.text().replace("\0", "");
  }

  int start() {
    return Integer.parseInt(text(StoreMessageLayout.XS_TRANSACTION_START, 0, "").replace("\0", ""));
  }

  String end(int txId, String how) {
    return text(StoreMessageLayout.XS_TRANSACTION_END, txId, how).replace("\0", "");
  }

  /** Returns the events so far as {@code path=token}, and forgets them. */
  List<String> takeEvents() {
    for (Answer answer = receive(); answer != null; answer = receive()) {
      events.add(answer);
    }
    List<String> texts = new ArrayList<>();
    for (Answer event : events) {
      String[] strings = event.text().split("\0", -1);
      texts.add(strings[0] + "=" + strings[1]);
    }
    events.clear();
    return texts;
  }

  void send(int type, int reqId, int txId, byte[] payload) {
    byte[] bytes =
        ByteBuffer.allocate(HEADER_BYTES + payload.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(type)
            .putInt(reqId)
            .putInt(txId)
            .putInt(payload.length)
            .put(payload)
            .array();
    int at = 0;
    while (at < bytes.length) {
      int sent = put(bytes, at, bytes.length - at);
      at += sent;
      ring.pump();
      if (sent == 0 && !drain()) {
        throw new AssertionError("the store takes nothing and says nothing");
      }
    }
  }

  /** Puts what fits onto the ring without notifying and returns how much that was. */
  int put(byte[] bytes, int at, int length) {
    int prod = memory.i32(frame, REQ_PROD_OFFSET);
    int room = RING_BYTES - (prod - memory.i32(frame, REQ_CONS_OFFSET));
    int count = Math.min(room, length);
    for (int i = 0; i < count; i++) {
      memory.put8(frame, REQ_OFFSET + (prod + i & (RING_BYTES - 1)), bytes[at + i]);
    }
    memory.put32(frame, REQ_PROD_OFFSET, prod + count);
    return count;
  }

  /** Takes what is there; false if nothing. */
  boolean drain() {
    int cons = memory.i32(frame, RSP_CONS_OFFSET);
    int prod = memory.i32(frame, RSP_PROD_OFFSET);
    for (int i = cons; i != prod; i++) {
      incoming.put((byte) memory.u8(frame, RSP_OFFSET + (i & (RING_BYTES - 1))));
    }
    memory.put32(frame, RSP_CONS_OFFSET, prod);
    if (cons != prod) {
      ring.pump();
    }
    return cons != prod;
  }

  /** Returns the next message, or null. */
  Answer receive() {
    while (drain()) {}
    incoming.flip();
    try {
      if (incoming.remaining() < HEADER_BYTES
          || incoming.remaining() < HEADER_BYTES + incoming.getInt(incoming.position() + 12)) {
        return null;
      }
      int type = incoming.getInt();
      int reqId = incoming.getInt();
      int txId = incoming.getInt();
      byte[] payload = new byte[incoming.getInt()];
      incoming.get(payload);
      return new Answer(type, reqId, txId, payload);
    } finally {
      incoming.compact();
    }
  }
}
