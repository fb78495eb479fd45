package dev.vls.replay.example;

import dev.vls.drivers.ring.RequestGrants;
import dev.vls.drivers.ring.RingDevice;
import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.ring.XenbusBackendPort;
import dev.vls.drivers.store.StorePort;
import dev.vls.replay.DeviceKind;
import dev.vls.replay.DeviceSpec;
import dev.vls.sma.Grant;
import dev.vls.sma.OutputMessage;
import dev.vls.vmm.StateSink;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** The inside half: what an entry of the ring means, and nothing of where the bytes come from. */
final class EntropyDevice implements RingDevice<EntropyDevice.Request> {
  static final DeviceSpec SPEC = new DeviceSpec("entropy", "entropy", Map.of());
  static final DeviceKind KIND =
      DeviceKind.of(
          "entropy",
          (spec, plugged) ->
              new XenbusBackendPort(plugged.find(StorePort.class), new EntropyDevice(), 0));

  private static final int OK = 0;
  private static final int EFAULT = -14;
  private static final int EINVAL = -22;

  /** What the back-end is asked for; on replay nobody is, but the same is said. */
  record Request(Ticket ticket, int id, Grant page, int bytes) implements OutputMessage {
    @Override
    public Effect effect() {
      return Effect.INTERNAL; // nobody outside can tell whether it was asked
    }

    @Override
    public void digest(StateSink sink) {
      ticket.digest(sink);
      sink.word(id);
      sink.word(page.ref());
      sink.word(bytes);
    }
  }

  @Override
  public String type() {
    return "entropy";
  }

  @Override
  public int entryBytes() {
    return 12;
  }

  @Override
  public Verdict<Request> request(Ticket ticket, ByteBuffer entry, RequestGrants grants) {
    int id = entry.getInt();
    int page = entry.getInt();
    int bytes = entry.getInt();
    if (bytes < 0 || bytes > GuestMemory.FRAME_BYTES) {
      return new Answer<>(response(id, EINVAL));
    }
    return grants
        .hold(page)
        .<Verdict<Request>>map(grant -> new Serve<>(new Request(ticket, id, grant, bytes)))
        .orElseGet(() -> new Answer<>(response(id, EFAULT)));
  }

  @Override
  public byte[] response(Request request, ByteBuffer result) {
    return response(request.id(), OK);
  }

  private static byte[] response(int id, int status) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(id).putInt(status).array();
  }
}
