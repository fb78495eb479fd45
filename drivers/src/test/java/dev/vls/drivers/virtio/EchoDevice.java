package dev.vls.drivers.virtio;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.sma.OutputMessage;
import dev.vls.vmm.StateSink;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A device for tests: queue 0 goes to the back-end, queue 1 answers at once with what it reads. */
final class EchoDevice implements VirtioDevice<EchoDevice.Request> {
  /** A feature without meaning. */
  static final int FEATURE = 3;

  /** What the back-end is told. */
  record Request(Ticket ticket, byte[] bytes, List<Stretch> room) implements OutputMessage {
    @Override
    public Effect effect() {
      return Effect.EXTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      ticket.digest(sink);
      sink.block(bytes);
      room.forEach(stretch -> stretch.digest(sink));
    }
  }

  /** Whether queue 0 takes requests. */
  boolean open = true;

  @Override
  public int deviceId() {
    return 42;
  }

  @Override
  public int queues() {
    return 2;
  }

  @Override
  public long features() {
    return 1L << FEATURE;
  }

  @Override
  public byte[] config() {
    return new byte[] {1, 2, 3, 4, 5};
  }

  @Override
  public boolean takes(int queue) {
    return queue == 1 || open;
  }

  @Override
  public Verdict<Request> request(Ticket ticket, Chain chain) {
    byte[] bytes = chain.read(0, chain.readableBytes()).orElseThrow();
    if (chain.queue() == 1) {
      return new Done<>(chain.write(0, bytes));
    }
    Optional<List<Stretch>> room = chain.room(ticket.seq(), 0, chain.writableBytes());
    return new Serve<>(new Request(ticket, bytes, room.orElseThrow()));
  }

  @Override
  public int response(Request request, Chain chain, ByteBuffer result) {
    return result.getInt(0);
  }
}
