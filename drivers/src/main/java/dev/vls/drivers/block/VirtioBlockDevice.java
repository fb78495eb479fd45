package dev.vls.drivers.block;

import static dev.vls.drivers.block.BlockConfig.SECTOR_BYTES;
import static dev.vls.drivers.block.VirtioBlockLayout.*;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.virtio.Chain;
import dev.vls.drivers.virtio.VirtioDevice;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The virtio block protocol: chains to {@link BlockRequest}s and back. What is malformed, or names
 * sectors that it may not, is answered with an error at once and reaches no back-end.
 */
public final class VirtioBlockDevice implements VirtioDevice<BlockRequest> {
  /** Longest segment; together with the next this bounds a request. */
  static final int SIZE_MAX = 32 << 10;

  /** Most segments of a request. */
  static final int SEG_MAX = 126;

  /** Most sectors that one discard or write of zeroes may cover. */
  static final int MAX_RANGE_SECTORS = 1 << 16;

  private static final int MAX_DATA_BYTES = SIZE_MAX * SEG_MAX;
  private static final int PHYSICAL_BLOCK_EXP = 3; // overlays copy blocks of 4 KiB or more
  private static final byte[] NO_DATA = {};

  private final BlockConfig config;
  private boolean flushes;

  /** Creates the device of a disk. */
  public VirtioBlockDevice(BlockConfig config) {
    this.config = config;
  }

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
    long features =
        1L << FEATURE_SIZE_MAX
            | 1L << FEATURE_SEG_MAX
            | 1L << FEATURE_BLK_SIZE
            | 1L << FEATURE_FLUSH
            | 1L << FEATURE_TOPOLOGY;
    return features
        | (forbidden() ? 1L << FEATURE_RO : 1L << FEATURE_DISCARD | 1L << FEATURE_WRITE_ZEROES);
  }

  @Override
  public boolean needsVersion1() {
    return false;
  }

  @Override
  public void negotiated(long features) {
    flushes = (features & 1L << FEATURE_FLUSH) != 0;
  }

  @Override
  public byte[] config() {
    return ByteBuffer.allocate(CONFIG_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(CAPACITY_OFFSET, config.sectors())
        .putInt(SIZE_MAX_OFFSET, SIZE_MAX)
        .putInt(SEG_MAX_OFFSET, SEG_MAX)
        .putInt(BLK_SIZE_OFFSET, SECTOR_BYTES)
        .put(PHYSICAL_BLOCK_EXP_OFFSET, (byte) PHYSICAL_BLOCK_EXP)
        .putInt(MAX_DISCARD_SECTORS_OFFSET, MAX_RANGE_SECTORS)
        .putInt(MAX_DISCARD_SEG_OFFSET, 1)
        .putInt(DISCARD_ALIGNMENT_OFFSET, 1 << PHYSICAL_BLOCK_EXP)
        .putInt(MAX_ZEROES_SECTORS_OFFSET, MAX_RANGE_SECTORS)
        .putInt(MAX_ZEROES_SEG_OFFSET, 1)
        .put(ZEROES_MAY_UNMAP_OFFSET, (byte) 1)
        .array();
  }

  private boolean forbidden() {
    return config.writing() == BlockConfig.Writing.FORBIDDEN;
  }

  /** A request's header and where it came from. */
  private record Head(Ticket ticket, Chain chain, int type, long sector) {
    BlockRequest request(
        BlockRequest.Operation operation, int sectors, List<Stretch> segments, byte[] data) {
      return at(sector, operation, sectors, segments, data);
    }

    BlockRequest at(
        long first,
        BlockRequest.Operation operation,
        int sectors,
        List<Stretch> segments,
        byte[] data) {
      return new BlockRequest(
          ticket, chain.head(), operation, type, first, sectors, segments, data);
    }

    Verdict<BlockRequest> answer(int status) {
      return new Done<>(status(chain, 0, status));
    }
  }

  /** Writes the status, which is the last byte of the room; returns what is written in all. */
  private static int status(Chain chain, int data, int status) {
    int at = chain.writableBytes() - 1;
    if (at < 0 || chain.write(at, new byte[] {(byte) status}) == 0) {
      return 0;
    }
    return data == at ? data + 1 : data;
  }

  @Override
  public Verdict<BlockRequest> request(Ticket ticket, Chain chain) {
    Optional<byte[]> header = chain.read(0, HEADER_BYTES);
    if (header.isEmpty() || chain.writableBytes() == 0) {
      return new Done<>(status(chain, 0, STATUS_IOERR));
    }
    ByteBuffer fields = ByteBuffer.wrap(header.get()).order(ByteOrder.LITTLE_ENDIAN);
    Head head = new Head(ticket, chain, fields.getInt(TYPE_OFFSET), fields.getLong(SECTOR_OFFSET));
    Optional<BlockRequest> request =
        switch (head.type()) {
          case TYPE_IN -> read(head);
          case TYPE_OUT -> write(head);
          case TYPE_FLUSH -> Optional.of(flush(head));
          case TYPE_DISCARD -> range(head, BlockRequest.Operation.DISCARD, 0);
          case TYPE_WRITE_ZEROES -> range(head, BlockRequest.Operation.WRITE_ZEROES, RANGE_UNMAP);
          default -> Optional.empty();
        };
    if (request.isPresent()) {
      return new Serve<>(request.get());
    }
    return switch (head.type()) {
      case TYPE_IN, TYPE_OUT, TYPE_DISCARD, TYPE_WRITE_ZEROES -> head.answer(STATUS_IOERR);
      case TYPE_GET_ID -> identify(head);
      default -> head.answer(STATUS_UNSUPP);
    };
  }

  private Optional<BlockRequest> read(Head head) {
    int bytes = head.chain().writableBytes() - 1;
    if (!onDisk(head.sector(), bytes)) {
      return Optional.empty();
    }
    return head.chain()
        .room(head.ticket().seq(), 0, bytes)
        .map(
            room -> head.request(BlockRequest.Operation.READ, bytes / SECTOR_BYTES, room, NO_DATA));
  }

  /** A driver that cannot flush has to be able to rely on each write. */
  private Optional<BlockRequest> write(Head head) {
    int bytes = head.chain().readableBytes() - HEADER_BYTES;
    if (forbidden() || !onDisk(head.sector(), bytes)) {
      return Optional.empty();
    }
    BlockRequest.Operation operation =
        flushes ? BlockRequest.Operation.WRITE : BlockRequest.Operation.FLUSH;
    return head.chain()
        .read(HEADER_BYTES, bytes)
        .map(data -> head.request(operation, bytes / SECTOR_BYTES, List.of(), data));
  }

  private boolean onDisk(long sector, int bytes) {
    return bytes > 0
        && bytes <= MAX_DATA_BYTES
        && bytes % SECTOR_BYTES == 0
        && onDisk(sector, (long) bytes / SECTOR_BYTES);
  }

  private boolean onDisk(long sector, long sectors) {
    return sector >= 0 && sector <= config.sectors() - sectors;
  }

  private static BlockRequest flush(Head head) {
    return head.at(0, BlockRequest.Operation.FLUSH, 0, List.of(), NO_DATA);
  }

  /** One range; nothing but {@code flags} may be set in its flags. */
  private Optional<BlockRequest> range(Head head, BlockRequest.Operation operation, int flags) {
    if (forbidden() || head.chain().readableBytes() != HEADER_BYTES + RANGE_BYTES) {
      return Optional.empty();
    }
    return head.chain()
        .read(HEADER_BYTES, RANGE_BYTES)
        .map(bytes -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN))
        .filter(range -> (range.getInt(RANGE_FLAGS_OFFSET) & ~flags) == 0)
        .filter(VirtioBlockDevice::isPossible)
        .filter(range -> onDisk(range.getLong(0), (long) range.getInt(RANGE_SECTORS_OFFSET)))
        .map(
            range ->
                head.at(
                    range.getLong(0),
                    operation,
                    range.getInt(RANGE_SECTORS_OFFSET),
                    List.of(),
                    NO_DATA));
  }

  private static boolean isPossible(ByteBuffer range) {
    int sectors = range.getInt(RANGE_SECTORS_OFFSET);
    return sectors > 0 && sectors <= MAX_RANGE_SECTORS;
  }

  private Verdict<BlockRequest> identify(Head head) {
    if (head.chain().writableBytes() < ID_BYTES + 1) {
      return head.answer(STATUS_IOERR);
    }
    byte[] name = ("vls-disk" + config.index()).getBytes(StandardCharsets.US_ASCII);
    head.chain().write(0, Arrays.copyOf(name, ID_BYTES));
    return new Done<>(status(head.chain(), head.chain().writableBytes() - 1, STATUS_OK));
  }

  @Override
  public BlockRequest exchange(StateExchange exchange, Ticket ticket, BlockRequest message) {
    return BlockRequest.exchange(exchange, ticket, message);
  }

  @Override
  public int response(BlockRequest request, Chain chain, ByteBuffer result) {
    boolean okay = result.getShort(0) == BlkifLayout.RSP_OKAY;
    boolean filled = okay && request.operation() == BlockRequest.Operation.READ;
    int data = filled || chain.writableBytes() == 1 ? chain.writableBytes() - 1 : 0;
    return status(chain, data, okay ? STATUS_OK : STATUS_IOERR);
  }

  @Override
  public void exchange(StateExchange exchange) {
    flushes = exchange.flag(flushes);
  }
}
