package dev.vls.drivers.ring;

import static dev.vls.drivers.ring.RingLayout.*;

import dev.vls.drivers.FakeXen;
import dev.vls.drivers.store.TestStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A front-end for tests: speaks xenbus and a ring as a guest would. */
@SuppressWarnings("exports") // a test's class in a package that the module exports
public final class RingFront {
  /** The guest's end of the event channel. */
  public static final int PORT = 9;

  /** The grant of the ring page. */
  public static final int RING_REF = 100;

  /** RAM frame of the ring. */
  public static final int RING_FRAME = 7;

  private final FakeXen xen;
  private final TestStore store;
  private final String front;
  private final int entryBytes;
  private int reqProd;
  private int rspCons;

  /** Creates a front-end for the device at {@code type/id}. */
  public RingFront(FakeXen xen, TestStore store, String type, int id, int entryBytes) {
    this.xen = xen;
    this.store = store;
    this.entryBytes = entryBytes;
    front = "/local/domain/1/device/" + type + "/" + id;
  }

  /** Returns a node of the back-end. */
  public String back(String key) {
    String path = store.access().read(front + "/backend").orElseThrow();
    return store.access().read(path + "/" + key).orElse("");
  }

  /** Writes a node of the front-end. */
  public void write(String key, String value) {
    store.guestWrites(front + "/" + key, value);
  }

  /** Removes a node of the front-end. */
  public void remove(String key) {
    store.guestRemoves(front + "/" + key);
  }

  /** Makes a fresh ring and announces it. */
  public void connect() {
    reqProd = 0;
    rspCons = 0;
    xen.memory.write(RING_FRAME, 0, new byte[4096], 0, 4096);
    xen.memory.put32(RING_FRAME, REQ_EVENT_OFFSET, 1);
    xen.memory.put32(RING_FRAME, RSP_EVENT_OFFSET, 1);
    xen.grant(RING_REF, RING_FRAME, true);
    xen.listen(PORT);
    write("ring-ref", Integer.toString(RING_REF));
    write("event-channel", Integer.toString(PORT));
    write("protocol", "riscv64-abi");
    write("state", "3");
  }

  /** Puts a request on the ring without publishing it. */
  public void put(byte[] entry) {
    xen.memory.write(RING_FRAME, slot(reqProd++), entry, 0, entry.length);
  }

  /** Publishes, and notifies if the back-end wants it; returns whether it did. */
  public boolean push() {
    int old = xen.memory.i32(RING_FRAME, REQ_PROD_OFFSET);
    xen.memory.put32(RING_FRAME, REQ_PROD_OFFSET, reqProd);
    int event = xen.memory.i32(RING_FRAME, REQ_EVENT_OFFSET);
    boolean wanted = Integer.compareUnsigned(reqProd - event, reqProd - old) < 0;
    if (wanted) {
      xen.notifyHost(PORT);
    }
    return wanted;
  }

  /** Takes all responses. */
  public List<ByteBuffer> take() {
    List<ByteBuffer> responses = new ArrayList<>();
    int prod = xen.memory.i32(RING_FRAME, RSP_PROD_OFFSET);
    while (rspCons != prod) {
      byte[] entry = new byte[entryBytes];
      xen.memory.read(RING_FRAME, slot(rspCons++), entry, 0, entryBytes);
      responses.add(ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN));
    }
    xen.memory.put32(RING_FRAME, RSP_EVENT_OFFSET, rspCons + 1);
    return responses;
  }

  private int slot(int index) {
    return ENTRIES_OFFSET + (index & (RingLayout.entries(entryBytes) - 1)) * entryBytes;
  }
}
