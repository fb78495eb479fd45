package dev.vls.drivers.block;

import static dev.vls.drivers.block.BlkifLayout.*;
import static dev.vls.drivers.block.BlockConfig.SECTOR_BYTES;

import dev.vls.drivers.ring.RequestGrants;
import dev.vls.drivers.ring.RingDevice;
import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.sma.Grant;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Xen block protocol: ring entries to {@link BlockRequest}s and back. What is malformed, or
 * names pages or sectors that it may not, is answered with an error at once and reaches no
 * back-end.
 */
final class BlkifDevice implements RingDevice<BlockRequest> {
  /** Segments of an indirect request: 128 KiB. */
  static final int MAX_INDIRECT_SEGMENTS = 32;

  private static final int PAGE_BYTES = GuestMemory.FRAME_BYTES;
  private static final int PAGE_SECTORS = PAGE_BYTES / SECTOR_BYTES;
  private static final byte[] NO_DATA = {};

  private final BlockConfig config;

  BlkifDevice(BlockConfig config) {
    this.config = config;
  }

  @Override
  public String type() {
    return "vbd";
  }

  @Override
  public int entryBytes() {
    return ENTRY_BYTES;
  }

  @Override
  public SortedMap<String, String> frontNodes() {
    TreeMap<String, String> nodes = new TreeMap<>();
    nodes.put("virtual-device", Integer.toString(config.virtualDevice()));
    nodes.put("device-type", "disk");
    return nodes;
  }

  @Override
  public SortedMap<String, String> features() {
    TreeMap<String, String> nodes = new TreeMap<>();
    nodes.put("dev", "xvd" + (char) ('a' + config.index()));
    nodes.put("mode", forbidden() ? "r" : "w");
    nodes.put("feature-barrier", "0");
    nodes.put("feature-flush-cache", "1");
    nodes.put("feature-discard", "0");
    nodes.put("feature-persistent", "0");
    nodes.put("feature-max-indirect-segments", Integer.toString(MAX_INDIRECT_SEGMENTS));
    return nodes;
  }

  @Override
  public SortedMap<String, String> geometry() {
    TreeMap<String, String> nodes = new TreeMap<>();
    nodes.put("sectors", Long.toString(config.sectors()));
    nodes.put("sector-size", Integer.toString(SECTOR_BYTES));
    nodes.put("physical-sector-size", Integer.toString(SECTOR_BYTES));
    nodes.put("info", Integer.toString(forbidden() ? VDISK_READONLY : 0));
    return nodes;
  }

  private boolean forbidden() {
    return config.writing() == BlockConfig.Writing.FORBIDDEN;
  }

  /** What all kinds of requests have. */
  private record Head(Ticket ticket, long id, int ringOperation, long sector) {
    Verdict<BlockRequest> answer(int status) {
      return new Answer<>(responseOf(id, ringOperation, status));
    }
  }

  /** A segment as the guest wrote it, checked to lie in its page. */
  private record Extent(int ref, int first, int sectors) {}

  @Override
  public Verdict<BlockRequest> request(Ticket ticket, ByteBuffer entry, RequestGrants grants) {
    int operation = entry.get(OPERATION_OFFSET) & 0xff;
    Head head = new Head(ticket, entry.getLong(ID_OFFSET), operation, entry.getLong(SECTOR_OFFSET));
    return switch (operation) {
      case OP_READ, OP_WRITE -> transfer(head, operation, direct(entry), grants);
      case OP_INDIRECT -> transfer(head, indirectOperation(entry), indirect(entry, grants), grants);
      case OP_FLUSH_DISKCACHE -> flush(head, entry, grants);
      default -> head.answer(RSP_EOPNOTSUPP);
    };
  }

  /** Only reads and writes may be indirect; anything else becomes a number that is no operation. */
  private static int indirectOperation(ByteBuffer entry) {
    int operation = entry.get(INDIRECT_OP_OFFSET) & 0xff;
    return operation == OP_READ || operation == OP_WRITE ? operation : OP_INDIRECT;
  }

  private static Optional<List<Extent>> direct(ByteBuffer entry) {
    int count = entry.get(NR_SEGMENTS_OFFSET) & 0xff;
    if (count > MAX_SEGMENTS) {
      return Optional.empty();
    }
    return extents(entry, SEGMENTS_OFFSET, count);
  }

  /**
   * All segments of an indirect request are in its first page: more than one page's worth is not
   * offered.
   */
  private static Optional<List<Extent>> indirect(ByteBuffer entry, RequestGrants grants) {
    int count = entry.getShort(INDIRECT_NR_SEGMENTS_OFFSET) & 0xffff;
    byte[] page = new byte[MAX_INDIRECT_SEGMENTS * SEGMENT_BYTES];
    if (count > MAX_INDIRECT_SEGMENTS
        || !grants.read(entry.getInt(INDIRECT_GREFS_OFFSET), 0, page, 0, page.length)) {
      return Optional.empty();
    }
    return extents(ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN), 0, count);
  }

  private static Optional<List<Extent>> extents(ByteBuffer from, int offset, int count) {
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = offset + i * SEGMENT_BYTES;
      int first = from.get(at + FIRST_SECT_OFFSET) & 0xff;
      int last = from.get(at + LAST_SECT_OFFSET) & 0xff;
      if (last >= PAGE_SECTORS || first > last) {
        return Optional.empty();
      }
      extents.add(new Extent(from.getInt(at + GREF_OFFSET), first, last - first + 1));
    }
    return Optional.of(extents);
  }

  private Verdict<BlockRequest> transfer(
      Head head, int operation, Optional<List<Extent>> extents, RequestGrants grants) {
    if (extents.isEmpty() || extents.get().isEmpty()) {
      return head.answer(RSP_ERROR);
    }
    int sectors = extents.get().stream().mapToInt(Extent::sectors).sum();
    if (head.sector() < 0 || head.sector() > config.sectors() - sectors) {
      return head.answer(RSP_ERROR);
    }
    Optional<BlockRequest> request =
        switch (operation) {
          case OP_READ -> read(head, extents.get(), sectors, grants);
          case OP_WRITE ->
              write(head, BlockRequest.Operation.WRITE, extents.get(), sectors, grants);
          case OP_FLUSH_DISKCACHE ->
              write(head, BlockRequest.Operation.FLUSH, extents.get(), sectors, grants);
          default -> Optional.empty();
        };
    return request.<Verdict<BlockRequest>>map(Serve::new).orElseGet(() -> head.answer(RSP_ERROR));
  }

  private static Optional<BlockRequest> read(
      Head head, List<Extent> extents, int sectors, RequestGrants grants) {
    List<Stretch> segments = new ArrayList<>();
    for (Extent extent : extents) {
      Optional<Grant> page = grants.hold(extent.ref());
      if (page.isEmpty()) {
        return Optional.empty();
      }
      segments.add(
          new Stretch(page.get(), extent.first() * SECTOR_BYTES, extent.sectors() * SECTOR_BYTES));
    }
    return Optional.of(request(head, BlockRequest.Operation.READ, sectors, segments, NO_DATA));
  }

  private Optional<BlockRequest> write(
      Head head,
      BlockRequest.Operation operation,
      List<Extent> extents,
      int sectors,
      RequestGrants grants) {
    if (forbidden()) {
      return Optional.empty();
    }
    byte[] data = new byte[sectors * SECTOR_BYTES];
    int at = 0;
    for (Extent extent : extents) {
      int length = extent.sectors() * SECTOR_BYTES;
      if (!grants.read(extent.ref(), extent.first() * SECTOR_BYTES, data, at, length)) {
        return Optional.empty();
      }
      at += length;
    }
    return Optional.of(request(head, operation, sectors, List.of(), data));
  }

  /** A flush may carry data, which is written first. */
  private Verdict<BlockRequest> flush(Head head, ByteBuffer entry, RequestGrants grants) {
    if (entry.get(NR_SEGMENTS_OFFSET) != 0) {
      return transfer(head, OP_FLUSH_DISKCACHE, direct(entry), grants);
    }
    Head nowhere = new Head(head.ticket(), head.id(), head.ringOperation(), 0);
    return new Serve<>(request(nowhere, BlockRequest.Operation.FLUSH, 0, List.of(), NO_DATA));
  }

  private static BlockRequest request(
      Head head,
      BlockRequest.Operation operation,
      int sectors,
      List<Stretch> segments,
      byte[] data) {
    return new BlockRequest(
        head.ticket(),
        head.id(),
        operation,
        head.ringOperation(),
        head.sector(),
        sectors,
        segments,
        data);
  }

  @Override
  public BlockRequest exchange(StateExchange exchange, Ticket ticket, BlockRequest message) {
    return BlockRequest.exchange(exchange, ticket, message);
  }

  @Override
  public byte[] response(BlockRequest request, ByteBuffer result) {
    return responseOf(request.id(), request.ringOperation(), result.getShort(0));
  }

  private static byte[] responseOf(long id, int operation, int status) {
    return ByteBuffer.allocate(RESPONSE_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(RESPONSE_ID_OFFSET, id)
        .put(RESPONSE_OPERATION_OFFSET, (byte) operation)
        .putShort(RESPONSE_STATUS_OFFSET, (short) status)
        .array();
  }
}
