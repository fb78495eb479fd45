package dev.vls.vmm.board;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.MmioDevice;

/**
 * One of the board's places for a virtio device (virtio 1.2, section 4.2): the window, and its
 * interrupt source. What a device does is its own; an empty slot says so.
 */
final class VirtioSlot implements MmioDevice {
  private static final int MAGIC_OFFSET = 0;
  private static final int MAGIC = 0x7472_6976;
  private static final int VERSION_OFFSET = 4;
  private static final int VERSION = 2;

  private final Runnable lookAgain;
  private MmioDevice device = new Empty();
  private boolean taken;

  /**
   * Creates an empty slot.
   *
   * @param lookAgain has engines look again at what they have cached: a device may store to memory
   *     while it is written to
   */
  VirtioSlot(Runnable lookAgain) {
    this.lookAgain = lookAgain;
  }

  /**
   * Puts a device in.
   *
   * @throws IllegalStateException if there is one already
   */
  void plug(MmioDevice plugged) {
    if (taken) {
      throw new IllegalStateException("this virtio slot is taken");
    }
    taken = true;
    device = plugged;
  }

  @Override
  public long read(long offset, int bytes) throws AccessFaultException {
    return device.read(offset, bytes);
  }

  @Override
  public void write(long offset, int bytes, long value) throws AccessFaultException {
    device.write(offset, bytes, value);
    lookAgain.run();
  }

  @Override
  public void exchange(StateExchange exchange) {
    exchange.same(taken ? 1 : 0);
    device.exchange(exchange);
  }

  /** Device number 0, which drivers skip. */
  private static final class Empty implements MmioDevice {
    @Override
    public long read(long offset, int bytes) {
      if (bytes != Integer.BYTES) {
        return 0;
      }
      return switch ((int) offset) {
        case MAGIC_OFFSET -> MAGIC;
        case VERSION_OFFSET -> VERSION;
        default -> 0;
      };
    }

    @Override
    public void write(long offset, int bytes, long value) {
      // nobody is there
    }

    @Override
    public void exchange(StateExchange exchange) {
      // no state
    }
  }
}
