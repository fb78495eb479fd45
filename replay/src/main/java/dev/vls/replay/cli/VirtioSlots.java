package dev.vls.replay.cli;

import dev.vls.sma.HostException;
import dev.vls.vmm.board.BoardLayout;

/** Gives the board's virtio slots to devices, in their order. */
final class VirtioSlots {
  private int next;

  /**
   * Returns the next slot.
   *
   * @throws HostException if all are taken
   */
  int next() throws HostException {
    if (next == BoardLayout.VIRTIO_SLOTS) {
      throw new HostException(
          "the board has %d slots for virtio devices, and more devices are named; leave some out"
              .formatted(BoardLayout.VIRTIO_SLOTS));
    }
    return next++;
  }
}
