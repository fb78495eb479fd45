package dev.vls.drivers.ring;

import static dev.vls.drivers.ring.RingLayout.*;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The back half of a ring of one page with entries of any size (ABI section 5.2).
 *
 * <p>The own indices are kept privately, and what the guest publishes is checked at each use; once
 * it is out of range the ring is broken for good. The guest does not run meanwhile, so each word is
 * the same however often it is read; entries are copied all the same.
 */
final class BackRing implements StateExchange.Restorable {
  private final GuestMemory memory;
  private final int frame;
  private final int entryBytes;
  private final int entries;
  private int reqCons;
  private int rspProd;
  private int rspPublished;
  private boolean broken;

  /** Attaches to a ring that the front-end has initialised. */
  BackRing(GuestMemory memory, int frame, int entryBytes) {
    this.memory = memory;
    this.frame = frame;
    this.entryBytes = entryBytes;
    entries = RingLayout.entries(entryBytes);
    rspProd = memory.i32(frame, RSP_PROD_OFFSET);
    rspPublished = rspProd;
    reqCons = rspProd;
  }

  /** Returns whether the guest has broken the ring. */
  boolean broken() {
    return broken;
  }

  /** Returns the next request as a private copy, or null if there is none. */
  ByteBuffer take() {
    int published = memory.i32(frame, REQ_PROD_OFFSET);
    broken |= Integer.compareUnsigned(published - rspProd, entries) > 0;
    // A request behind its own response's slot cannot be: published - rspProd covers reqCons -
    // rspProd.
    broken |= Integer.compareUnsigned(published - reqCons, entries) > 0;
    if (broken || published == reqCons) {
      return null;
    }
    byte[] entry = new byte[entryBytes];
    memory.read(frame, slot(reqCons), entry, 0, entryBytes);
    reqCons++;
    return ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Asks to be notified of the next request. */
  void awaitRequest() {
    memory.put32(frame, REQ_EVENT_OFFSET, reqCons + 1);
  }

  /**
   * Puts a response into the next slot; the caller has taken more requests than it has answered.
   */
  void put(byte[] response) {
    memory.write(frame, slot(rspProd), response, 0, Math.min(response.length, entryBytes));
    rspProd++;
  }

  /** Publishes what was put; returns whether the front-end wants to be notified of it. */
  boolean publish() {
    int old = rspPublished;
    if (rspProd == old) {
      return false;
    }
    memory.put32(frame, RSP_PROD_OFFSET, rspProd);
    rspPublished = rspProd;
    int event = memory.i32(frame, RSP_EVENT_OFFSET);
    return Integer.compareUnsigned(rspProd - event, rspProd - old) < 0;
  }

  private int slot(int index) {
    return ENTRIES_OFFSET + (index & (entries - 1)) * entryBytes;
  }

  @Override
  public void exchange(StateExchange exchange) {
    reqCons = exchange.number(reqCons);
    rspProd = exchange.number(rspProd);
    broken = exchange.flag(broken);
    rspPublished = exchange.restores() ? rspProd : rspPublished;
  }
}
