package dev.vls.drivers.console;

import static dev.vls.drivers.console.ConsoleRingLayout.*;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;

/**
 * The host's end of the Xen console ring. The host's own indices are kept privately, the guest's
 * are checked whenever they are used: while one is out of range that direction stands still.
 */
final class ConsoleRing implements StateExchange.Restorable {
  private static final byte[] NOTHING = {};

  private final GuestMemory memory;
  private final int frame;
  private int outCons;
  private int inProd;

  ConsoleRing(GuestMemory memory, int frame) {
    this.memory = memory;
    this.frame = frame;
    memory.put8(frame, CONNECTION_OFFSET, CONNECTED);
  }

  /** Takes what the guest has written, and tells it so in the page. */
  byte[] takeOutput() {
    int waiting = memory.i32(frame, OUT_PROD_OFFSET) - outCons;
    if (waiting == 0 || Integer.compareUnsigned(waiting, OUT_BYTES) > 0) {
      return NOTHING;
    }
    byte[] bytes = new byte[waiting];
    int slot = outCons & (OUT_BYTES - 1);
    int first = Math.min(waiting, OUT_BYTES - slot);
    memory.read(frame, OUT_OFFSET + slot, bytes, 0, first);
    memory.read(frame, OUT_OFFSET, bytes, first, waiting - first);
    outCons += waiting;
    memory.put32(frame, OUT_CONS_OFFSET, outCons);
    return bytes;
  }

  /** Returns how many bytes of input fit. */
  int inputRoom() {
    int used = inProd - memory.i32(frame, IN_CONS_OFFSET);
    return Integer.compareUnsigned(used, IN_BYTES) > 0 ? 0 : IN_BYTES - used;
  }

  /** Gives the guest {@code length} bytes, at most {@link #inputRoom}. */
  void putInput(byte[] bytes, int length) {
    int slot = inProd & (IN_BYTES - 1);
    int first = Math.min(length, IN_BYTES - slot);
    memory.write(frame, IN_OFFSET + slot, bytes, 0, first);
    memory.write(frame, IN_OFFSET, bytes, first, length - first);
    inProd += length;
    memory.put32(frame, IN_PROD_OFFSET, inProd);
  }

  @Override
  public void exchange(StateExchange exchange) {
    outCons = exchange.number(outCons);
    inProd = exchange.number(inProd);
  }
}
