package dev.vls.drivers.block;

import static dev.vls.drivers.block.BlkifLayout.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.Commits;
import dev.vls.drivers.FakeContext;
import dev.vls.drivers.FakeXen;
import dev.vls.drivers.StateBytes;
import dev.vls.drivers.block.BlkifFront.Segment;
import dev.vls.drivers.ring.RingFront;
import dev.vls.drivers.ring.RingPorts;
import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.store.TestStore;
import dev.vls.sma.DevicePort;
import dev.vls.sma.OutputMessage.Effect;
import dev.vls.sma.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlkifDeviceTest {
  private static final long SEED = Long.getLong("vls.seed", 20260401L);
  private static final int READ_ONLY = 30;
  private static final int WRITABLE = 40;
  private static final long SECTORS = 1000;

  /** A connected disk with ten pages of each kind of grant; page n's bytes are n. */
  private static final class Disk {
    final FakeXen xen = new FakeXen();
    final TestStore store = new TestStore();
    final FakeContext context = new FakeContext();
    final BlockConfig config;
    final RingFront front;
    final DevicePort port;

    Disk(BlockConfig.Writing writing) {
      config = new BlockConfig(0, SECTORS, writing);
      front = new RingFront(xen, store, "vbd", 51712, ENTRY_BYTES);
      port = RingPorts.start(store, new BlkifDevice(config), 51712, context, xen);
      front.connect();
      for (int i = 0; i < 10; i++) {
        xen.grant(READ_ONLY + i, READ_ONLY + i, false);
        xen.grant(WRITABLE + i, WRITABLE + i, true);
        byte[] page = new byte[4096];
        Arrays.fill(page, (byte) i);
        xen.memory.write(READ_ONLY + i, 0, page, 0, 4096);
      }
    }

    List<BlockRequest> ask(byte[]... entries) {
      for (byte[] entry : entries) {
        front.put(entry);
      }
      front.push();
      return context.take(BlockRequest.class);
    }

    /** Returns the status of the one response there is. */
    int status() {
      List<ByteBuffer> responses = front.take();
      assertEquals(1, responses.size());
      return responses.getFirst().getShort(RESPONSE_STATUS_OFFSET);
    }

    int refused(byte[] entry) {
      assertTrue(ask(entry).isEmpty());
      return status();
    }
  }

  private final Disk disk = new Disk(BlockConfig.Writing.ALLOWED);

  @Test
  void shouldPublishWhatTheDiskCanDo() {
    assertEquals("1000", disk.front.back("sectors"));
    assertEquals("512", disk.front.back("sector-size"));
    assertEquals("0", disk.front.back("info"));
    assertEquals("1", disk.front.back("feature-flush-cache"));
    assertEquals("32", disk.front.back("feature-max-indirect-segments"));
    assertEquals("4", new Disk(BlockConfig.Writing.FORBIDDEN).front.back("info"));
  }

  @Test
  void shouldCopyTheDataOfAWriteAtTheNotification() {
    byte[] entry =
        BlkifFront.direct(
            OP_WRITE, 77, 5, new Segment(READ_ONLY + 1, 0, 7), new Segment(READ_ONLY + 2, 3, 3));
    BlockRequest request = disk.ask(entry).getFirst();
    disk.xen.memory.write(READ_ONLY + 1, 0, new byte[4096], 0, 4096);
    assertEquals(BlockRequest.Operation.WRITE, request.operation());
    assertEquals(Effect.EXTERNAL, request.effect());
    assertEquals(9, request.sectors());
    assertEquals(9 * 512, request.weight());
    byte[] expected = new byte[9 * 512];
    Arrays.fill(expected, 0, 4096, (byte) 1);
    Arrays.fill(expected, 4096, expected.length, (byte) 2);
    assertArrayEquals(expected, request.data());
    assertEquals(1, disk.xen.pinned(), "only the ring stays pinned");
    Commits.commit(disk.xen.memory, request.complete(new Program(), BlockRequest.Status.OKAY));
    ByteBuffer response = disk.front.take().getFirst();
    assertEquals(77, response.getLong(RESPONSE_ID_OFFSET));
    assertEquals(OP_WRITE, response.get(RESPONSE_OPERATION_OFFSET));
    assertEquals(RSP_OKAY, response.getShort(RESPONSE_STATUS_OFFSET));
  }

  @Test
  void shouldHoldThePagesOfAReadUntilItIsDone() {
    BlockRequest request =
        disk.ask(BlkifFront.direct(OP_READ, -1L, SECTORS - 8, new Segment(WRITABLE, 0, 7)))
            .getFirst();
    assertEquals(Effect.INTERNAL, request.effect());
    assertEquals(2, disk.xen.pinned());
    byte[] data = new byte[4096];
    Arrays.fill(data, (byte) 9);
    Stretch segment = request.segments().getFirst();
    Program program = new Program().target(segment.page()).store(segment.offset(), data);
    Commits.commit(disk.xen.memory, request.complete(program, BlockRequest.Status.OKAY));
    assertEquals(9, disk.xen.memory.u8(WRITABLE, 4095));
    assertEquals(1, disk.xen.pinned());
    assertEquals(-1, disk.front.take().getFirst().getLong(RESPONSE_ID_OFFSET));
  }

  @Test
  void shouldTakeIndirectRequests() {
    Segment[] segments = new Segment[32];
    Arrays.fill(segments, new Segment(READ_ONLY + 3, 0, 7));
    byte[] page = BlkifFront.segments(segments);
    disk.xen.memory.write(READ_ONLY, 0, page, 0, page.length);
    BlockRequest request = disk.ask(BlkifFront.indirect(OP_WRITE, 1, 0, READ_ONLY, 32)).getFirst();
    assertEquals(256, request.sectors());
    assertEquals(3, request.data()[256 * 512 - 1]);
    Commits.commit(disk.xen.memory, request.complete(new Program(), BlockRequest.Status.ERROR));
    ByteBuffer response = disk.front.take().getFirst();
    assertEquals(OP_INDIRECT, response.get(RESPONSE_OPERATION_OFFSET));
    assertEquals(RSP_ERROR, response.getShort(RESPONSE_STATUS_OFFSET));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.indirect(OP_WRITE, 1, 0, READ_ONLY, 33)));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.indirect(OP_WRITE, 1, 0, 999, 1)));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.indirect(OP_INDIRECT, 1, 0, READ_ONLY, 1)));
    assertEquals(
        RSP_ERROR, disk.refused(BlkifFront.indirect(OP_FLUSH_DISKCACHE, 1, 0, READ_ONLY, 1)));
  }

  @Test
  void shouldFlushWithAndWithoutData() {
    BlockRequest bare = disk.ask(BlkifFront.direct(OP_FLUSH_DISKCACHE, 1, 0)).getFirst();
    assertEquals(BlockRequest.Operation.FLUSH, bare.operation());
    assertEquals(0, bare.data().length);
    BlockRequest full =
        disk.ask(BlkifFront.direct(OP_FLUSH_DISKCACHE, 1, 0, new Segment(READ_ONLY + 5, 0, 0)))
            .getFirst();
    assertEquals(BlockRequest.Operation.FLUSH, full.operation());
    assertEquals(5, full.data()[511]);
  }

  @Test
  void shouldAnswerWhatIsMalformedWithAnErrorAtOnce() {
    Segment good = new Segment(WRITABLE, 0, 7);
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, 0)));
    Segment[] many = new Segment[12];
    Arrays.fill(many, good);
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, 0, many)));
    assertEquals(
        RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, 0, new Segment(WRITABLE, 0, 8))));
    assertEquals(
        RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, 0, new Segment(WRITABLE, 5, 4))));
    assertEquals(
        RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, 0, new Segment(WRITABLE, 255, 255))));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, SECTORS - 7, good)));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, -1, good)));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, Long.MIN_VALUE, good)));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.direct(OP_READ, 1, Long.MAX_VALUE, good)));
    assertEquals(
        RSP_ERROR,
        disk.refused(BlkifFront.direct(OP_READ, 1, 0, good, new Segment(READ_ONLY, 0, 7))));
    assertEquals(RSP_ERROR, disk.refused(BlkifFront.direct(OP_WRITE, 1, 0, new Segment(-5, 0, 7))));
    assertEquals(RSP_EOPNOTSUPP, disk.refused(BlkifFront.direct(2, 1, 0, good)));
    assertEquals(RSP_EOPNOTSUPP, disk.refused(BlkifFront.direct(5, 1, 0, good)));
    assertEquals(RSP_EOPNOTSUPP, disk.refused(BlkifFront.direct(255, 1, 0, good)));
    assertEquals(1, disk.xen.pinned(), "no page of a refused request stays pinned");
    Disk readOnly = new Disk(BlockConfig.Writing.FORBIDDEN);
    assertEquals(RSP_ERROR, readOnly.refused(BlkifFront.direct(OP_WRITE, 1, 0, good)));
    assertEquals(1, readOnly.ask(BlkifFront.direct(OP_READ, 1, 0, good)).size());
  }

  /**
   * Random entries, half of them nearly right: an answer for each, and what is served lies on the
   * disk.
   */
  @Test
  void shouldAnswerEveryEntryWhateverItHolds() {
    for (long seed = SEED; seed < SEED + 5; seed++) {
      assertEquals(garbage(seed), garbage(seed), "seed " + seed);
    }
  }

  private static long garbage(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Disk target = new Disk(BlockConfig.Writing.ALLOWED);
    for (int i = 0; i < 3000; i++) {
      byte[] entry = new byte[ENTRY_BYTES];
      random.nextBytes(entry);
      if (random.nextBoolean()) {
        entry[OPERATION_OFFSET] = (byte) random.nextInt(7);
        entry[NR_SEGMENTS_OFFSET] = (byte) random.nextInt(13);
        ByteBuffer.wrap(entry)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SECTOR_OFFSET, random.nextInt(1100));
        for (int at = SEGMENTS_OFFSET; at < ENTRY_BYTES; at += SEGMENT_BYTES) {
          entry[at] = (byte) (READ_ONLY + random.nextInt(22));
          entry[at + 1] = 0;
          entry[at + 2] = 0;
          entry[at + 3] = 0;
          entry[at + 4] = (byte) random.nextInt(4);
          entry[at + 5] = (byte) (3 + random.nextInt(6));
        }
      }
      for (BlockRequest request : target.ask(entry)) {
        assertTrue(
            request.sector() >= 0 && request.sector() + request.sectors() <= SECTORS,
            "seed " + seed);
        Commits.commit(
            target.xen.memory, request.complete(new Program(), BlockRequest.Status.OKAY));
      }
      assertEquals(1, target.front.take().size(), "seed " + seed);
    }
    assertEquals(1, target.xen.pinned(), "seed " + seed);
    return StateBytes.of(target.port);
  }
}
