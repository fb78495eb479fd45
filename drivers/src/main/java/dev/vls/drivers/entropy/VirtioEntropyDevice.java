package dev.vls.drivers.entropy;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.virtio.Chain;
import dev.vls.drivers.virtio.VirtioDevice;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The virtio entropy device (virtio 1.2, section 5.4): no features, no configuration, one queue of
 * room to fill.
 */
public final class VirtioEntropyDevice implements VirtioDevice<EntropyRequest> {
  /** Most bytes of one answer; where there is room for more, less is written. */
  static final int MAX_BYTES = 4096;

  private static final int DEVICE_ID = 4;

  /** Creates the device. */
  public VirtioEntropyDevice() {}

  @Override
  public int deviceId() {
    return DEVICE_ID;
  }

  @Override
  public int queues() {
    return 1;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public byte[] config() {
    return new byte[0];
  }

  @Override
  public Verdict<EntropyRequest> request(Ticket ticket, Chain chain) {
    int bytes = Math.min(chain.writableBytes(), MAX_BYTES);
    Optional<List<Stretch>> room = chain.room(ticket.seq(), 0, bytes);
    return bytes == 0 || room.isEmpty()
        ? new Done<>(0)
        : new Serve<>(new EntropyRequest(ticket, room.get()));
  }

  @Override
  public EntropyRequest exchange(StateExchange exchange, Ticket ticket, EntropyRequest message) {
    return EntropyRequest.exchange(exchange, ticket, message);
  }

  @Override
  public int response(EntropyRequest request, Chain chain, ByteBuffer result) {
    return Stretch.capacity(request.room());
  }
}
