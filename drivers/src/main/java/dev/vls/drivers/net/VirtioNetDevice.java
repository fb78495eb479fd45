package dev.vls.drivers.net;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.virtio.Chain;
import dev.vls.drivers.virtio.VirtioDevice;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * The virtio network card (virtio 1.2, section 5.1): one pair of queues, no offloads. So a frame
 * always fits one buffer, and each is behind a header of 12 bytes that says nothing.
 *
 * <p>A frame that is sent is copied and done at the notification; sending costs the log nothing.
 */
public final class VirtioNetDevice implements VirtioDevice<NetMessage> {
  /** Longest frame that a guest can send. */
  public static final int MAX_FRAME_BYTES = 65_550;

  /** Shortest frame: the Ethernet header. */
  static final int MIN_FRAME_BYTES = 14;

  private static final int DEVICE_ID = 1;
  private static final int FEATURE_MAC = 5;
  private static final int FEATURE_STATUS = 16;
  private static final int STATUS_OFFSET = 6;
  private static final short LINK_UP = 1;
  private static final int PAIRS_OFFSET = 8;
  private static final int CONFIG_BYTES = 12;
  private static final int HEADER_BYTES = 12;
  private static final int NUM_BUFFERS_OFFSET = 10;
  private static final int RECEIVE = 0;

  private final MacAddress mac;

  /** Creates a card. */
  public VirtioNetDevice(MacAddress mac) {
    this.mac = mac;
  }

  @Override
  public int deviceId() {
    return DEVICE_ID;
  }

  @Override
  public int queues() {
    return 2;
  }

  @Override
  public long features() {
    return 1L << FEATURE_MAC | 1L << FEATURE_STATUS;
  }

  @Override
  public byte[] config() {
    return ByteBuffer.allocate(CONFIG_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0, mac.octets())
        .putShort(STATUS_OFFSET, LINK_UP)
        .putShort(PAIRS_OFFSET, (short) 1)
        .array();
  }

  /** Room for a frame waits until one comes. */
  @Override
  public boolean prompt() {
    return false;
  }

  @Override
  public Verdict<NetMessage> request(Ticket ticket, Chain chain) {
    return chain.queue() == RECEIVE ? receive(ticket, chain) : transmit(chain);
  }

  private static Verdict<NetMessage> receive(Ticket ticket, Chain chain) {
    int bytes = Math.min(chain.writableBytes() - HEADER_BYTES, MAX_FRAME_BYTES);
    if (bytes < MIN_FRAME_BYTES) {
      return new Done<>(0);
    }
    Optional<List<Stretch>> room = chain.room(ticket.seq(), HEADER_BYTES, bytes);
    return room.isEmpty() ? new Done<>(0) : new Serve<>(new NetMessage.Room(ticket, room.get()));
  }

  private static Verdict<NetMessage> transmit(Chain chain) {
    int bytes = chain.readableBytes() - HEADER_BYTES;
    if (bytes < MIN_FRAME_BYTES || bytes > MAX_FRAME_BYTES) {
      return new Done<>(0);
    }
    return chain
        .read(HEADER_BYTES, bytes)
        .<Verdict<NetMessage>>map(frame -> new Tell<>(new NetMessage.Transmit(frame), 0))
        .orElseGet(() -> new Done<>(0));
  }

  @Override
  public NetMessage exchange(StateExchange exchange, Ticket ticket, NetMessage message) {
    boolean room = exchange.flag(message instanceof NetMessage.Room);
    if (room) {
      List<Stretch> stretches =
          message instanceof NetMessage.Room(Ticket _, List<Stretch> own) ? own : List.of();
      return new NetMessage.Room(ticket, Stretch.exchange(exchange, stretches));
    }
    byte[] frame = message instanceof NetMessage.Transmit(byte[] own) ? own : new byte[0];
    return new NetMessage.Transmit(exchange.block(frame, MAX_FRAME_BYTES));
  }

  @Override
  public int response(NetMessage message, Chain chain, ByteBuffer result) {
    NetMessage.Room room = (NetMessage.Room) message;
    byte[] header = new byte[HEADER_BYTES];
    header[NUM_BUFFERS_OFFSET] = 1;
    chain.write(0, header);
    return HEADER_BYTES + Math.clamp(result.getInt(0), 0, Stretch.capacity(room.room()));
  }

  @Override
  public Optional<NetMessage> forgotten(int queue) {
    return queue == RECEIVE ? Optional.of(new NetMessage.NoRoom()) : Optional.empty();
  }
}
