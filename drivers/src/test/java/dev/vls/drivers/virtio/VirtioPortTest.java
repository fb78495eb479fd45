package dev.vls.drivers.virtio;

import static dev.vls.drivers.virtio.SplitQueueLayout.*;
import static dev.vls.drivers.virtio.VirtioFront.BUFFERS;
import static dev.vls.drivers.virtio.VirtioLayout.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.Commits;
import dev.vls.drivers.StateBytes;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.BlockRequest;
import dev.vls.drivers.block.VirtioBlockDevice;
import dev.vls.drivers.ring.Stretch;
import dev.vls.sma.Command;
import dev.vls.sma.Loan;
import dev.vls.sma.Program;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Registers, queues and requests, with the test as driver and as back-end. */
class VirtioPortTest {
  private static final long INDIRECT = 1L << FEATURE_INDIRECT_DESC;
  private static final long EVENT = 1L << FEATURE_EVENT_IDX;

  private final EchoDevice device = new EchoDevice();
  private final VirtioPort<EchoDevice.Request> port = new VirtioPort<>(device, 3);
  private final VirtioFront driver = new VirtioFront(port);

  private void readable(int index, long address, String text, int flags, int next) {
    driver.write(address, text.getBytes(StandardCharsets.US_ASCII));
    driver.descriptor(VirtioFront.descriptors(0), index, address, text.length(), flags, next);
  }

  /** Posts a request of "abc" with 8 bytes of room at queue 0, head 0. */
  private EchoDevice.Request ask() {
    readable(0, BUFFERS, "abc", DESCRIPTOR_NEXT, 1);
    driver.descriptor(VirtioFront.descriptors(0), 1, BUFFERS + 64, 8, DESCRIPTOR_WRITE, 0);
    driver.post(0, 0);
    return driver.context.take(EchoDevice.Request.class).getFirst();
  }

  private void complete(EchoDevice.Request request, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
    Stretch room = request.room().getFirst();
    Program program = new Program().target(room.page()).store(room.offset(), bytes);
    Commits.commit(
        driver.memory,
        request.ticket().complete(program, new byte[] {(byte) bytes.length, 0, 0, 0}));
  }

  @Test
  void shouldSayWhatItIs() {
    assertEquals(0x7472_6976, driver.get(MAGIC_VALUE));
    assertEquals(2, driver.get(VERSION));
    assertEquals(42, driver.get(DEVICE_ID));
    assertEquals(1 << EchoDevice.FEATURE | 3 << 28, driver.get(DEVICE_FEATURES));
    driver.put(DEVICE_FEATURES_SEL, 1);
    assertEquals(1, driver.get(DEVICE_FEATURES));
    driver.put(DEVICE_FEATURES_SEL, 2);
    assertEquals(0, driver.get(DEVICE_FEATURES));
    assertEquals(256, driver.get(QUEUE_NUM_MAX));
    driver.put(QUEUE_SEL, 2);
    assertEquals(0, driver.get(QUEUE_NUM_MAX));
    assertEquals(0x0302, driver.config(1, 2));
    assertEquals(5, driver.config(4, 8));
    assertEquals(0, driver.config(100, 4));
    assertEquals(-1, driver.get(SHM_LEN_LOW));
  }

  @Test
  void shouldRefuseFeaturesThatItDoesNotOffer() {
    assertTrue(driver.negotiate(1L << EchoDevice.FEATURE));
    assertFalse(driver.negotiate(1L << 4));
    assertTrue(driver.negotiate(0));
    driver.put(STATUS, 0);
    driver.put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
    assertEquals(0, driver.get(STATUS) & STATUS_FEATURES_OK, "a driver without VERSION_1");
  }

  /** As teaching kernels do it, which never look at the high features. */
  @Test
  void shouldServeADiskToADriverThatDoesNotTakeVersion1() {
    BlockConfig config = new BlockConfig(0, 64, BlockConfig.Writing.ALLOWED);
    VirtioFront old = new VirtioFront(new VirtioPort<>(new VirtioBlockDevice(config), 0));
    old.open(0, 1); // its queue
    old.put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
    old.put(DRIVER_FEATURES_SEL, 1);
    old.put(DRIVER_FEATURES, 0);
    int status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK;
    old.put(STATUS, status);
    assertEquals(status, old.get(STATUS));
    old.put(STATUS, status | STATUS_DRIVER_OK);
    old.write(BUFFERS, new byte[16]); // IN, sector 0
    old.descriptor(VirtioFront.descriptors(0), 0, BUFFERS, 16, DESCRIPTOR_NEXT, 1);
    int write = DESCRIPTOR_WRITE | DESCRIPTOR_NEXT;
    old.descriptor(VirtioFront.descriptors(0), 1, BUFFERS + 512, 512, write, 2);
    old.descriptor(VirtioFront.descriptors(0), 2, BUFFERS + 64, 1, DESCRIPTOR_WRITE, 0);
    old.post(0, 0);
    assertEquals(1, old.context.take(BlockRequest.class).size());
  }

  @Test
  void shouldGiveARequestToTheBackEndAndAnswerAtTheCommit() {
    driver.open(INDIRECT, 2);
    EchoDevice.Request request = ask();
    assertArrayEquals(new byte[] {'a', 'b', 'c'}, request.bytes());
    assertEquals(8, Stretch.capacity(request.room()));
    assertTrue(driver.context.lent.contains(request.ticket().seq()));
    assertEquals(0, driver.waiting(0));
    assertFalse(driver.interrupt());

    complete(request, "hello");
    assertEquals(1, driver.waiting(0));
    assertArrayEquals(new int[] {0, 5}, driver.done(0));
    assertArrayEquals(new byte[] {'h', 'e', 'l', 'l', 'o'}, driver.read(BUFFERS + 64, 5));
    assertTrue(driver.interrupt());
    assertEquals(INTERRUPT_USED, driver.get(INTERRUPT_STATUS));
    driver.put(INTERRUPT_ACK, INTERRUPT_USED);
    assertFalse(driver.interrupt());
    assertTrue(driver.context.lent.isEmpty());
    complete(request, "again");
    assertEquals(0, driver.waiting(0), "the number is used up");
  }

  @Test
  void shouldAnswerAtOnceWhenNoBackEndIsNeeded() {
    driver.open(0, 2);
    readable(0, BUFFERS, "12345", DESCRIPTOR_NEXT, 1);
    long table = VirtioFront.descriptors(1);
    driver.descriptor(table, 4, BUFFERS, 5, DESCRIPTOR_NEXT, 9);
    driver.descriptor(table, 9, BUFFERS + 4094, 2, DESCRIPTOR_WRITE | DESCRIPTOR_NEXT, 2);
    driver.descriptor(table, 2, BUFFERS + 8000, 100, DESCRIPTOR_WRITE, 0);
    driver.post(1, 4);
    assertArrayEquals(new int[] {4, 5}, driver.done(1));
    assertArrayEquals(new byte[] {'1', '2'}, driver.read(BUFFERS + 4094, 2));
    assertArrayEquals(new byte[] {'3', '4', '5', 0}, driver.read(BUFFERS + 8000, 4));
  }

  @Test
  void shouldFollowAnIndirectTable() {
    driver.open(INDIRECT, 1);
    long table = BUFFERS + 0x1000 - 24; // across two pages
    driver.descriptor(VirtioFront.descriptors(0), 0, BUFFERS, 3, DESCRIPTOR_NEXT, 1);
    driver.write(BUFFERS, new byte[] {'a', 'b', 'c', 'd', 'e'});
    driver.descriptor(VirtioFront.descriptors(0), 1, table, 48, DESCRIPTOR_INDIRECT, 0);
    byte[] entries = new byte[48];
    ByteBuffer.wrap(entries)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, BUFFERS + 3)
        .putInt(8, 2)
        .putShort(12, (short) DESCRIPTOR_NEXT)
        .putShort(14, (short) 2)
        .putLong(32, BUFFERS + 64)
        .putInt(40, 7)
        .putShort(44, (short) DESCRIPTOR_WRITE);
    driver.write(table, entries);
    driver.post(0, 0);
    EchoDevice.Request request = driver.context.take(EchoDevice.Request.class).getFirst();
    assertArrayEquals(new byte[] {'a', 'b', 'c', 'd', 'e'}, request.bytes());
    assertEquals(7, Stretch.capacity(request.room()));
  }

  @Test
  void shouldInterruptOnlyWhereTheDriverWantsIt() {
    driver.open(INDIRECT | EVENT, 1);
    driver.usedEvent(0, 1);
    EchoDevice.Request first = ask();
    assertEquals(1, driver.availEvent(0));
    complete(first, "x");
    assertFalse(driver.interrupt(), "entry 0 is done, entry 1 was asked for");
    complete(ask(), "x");
    assertTrue(driver.interrupt());
  }

  @Test
  void shouldTakeRequestsLaterWhenItCannotNow() {
    driver.open(0, 2);
    device.open = false;
    readable(0, BUFFERS, "abc", 0, 0);
    driver.post(0, 0);
    assertTrue(driver.context.take(EchoDevice.Request.class).isEmpty());
    device.open = true;
    port.serve(0);
    assertEquals(1, driver.context.take(EchoDevice.Request.class).size());
  }

  @Test
  void shouldServeWhatWasPostedBeforeTheDriverWasReady() {
    driver.open(0, 1);
    driver.put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
    readable(0, BUFFERS, "abc", 0, 0);
    driver.post(0, 0);
    assertTrue(driver.context.take(EchoDevice.Request.class).isEmpty());
    driver.put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
    assertEquals(1, driver.context.take(EchoDevice.Request.class).size());
  }

  @Test
  void shouldForgetRequestsWhenTheDriverResetsTheDevice() {
    driver.open(0, 1);
    EchoDevice.Request request = ask();
    driver.put(STATUS, 0);
    assertTrue(driver.context.lent.isEmpty(), "a late program finds no loan");
    assertEquals(0, driver.get(STATUS));
    driver.open(0, 1);
    complete(request, "late");
    assertEquals(0, driver.waiting(0));
    port.reissue();
    assertTrue(driver.context.take(EchoDevice.Request.class).isEmpty());
    EchoDevice.Request next = ask();
    assertNotEquals(request.ticket().seq(), next.ticket().seq());
  }

  /** A completion that comes too late for a request must not hide that of the slot's next one. */
  @Test
  void shouldLendTheSlotOfTheCompletionWithTheRequest() {
    driver.open(0, 1);
    EchoDevice.Request first = ask();
    driver.put(STATUS, 0);
    driver.open(0, 1);
    EchoDevice.Request next = ask();
    assertEquals(first.ticket().slot(), next.ticket().slot());
    Command target = first.ticket().complete(new Program(), new byte[0]).commands().getFirst();
    assertTrue(target instanceof Command.TargetLoan, target::toString);
    long loan = ((Command.TargetLoan) target).loan().number();
    assertFalse(driver.context.lent.contains(loan), "refused at the commit");
    assertTrue(driver.context.lent.contains(next.ticket().seq()));
  }

  @Test
  void shouldSayAgainWhatIsUnderWay() {
    driver.open(0, 1);
    EchoDevice.Request request = ask();
    port.reissue();
    assertEquals(
        List.of(request.ticket()),
        driver.context.take(EchoDevice.Request.class).stream()
            .map(EchoDevice.Request::ticket)
            .toList());
    complete(request, "ok");
    port.reissue();
    assertTrue(driver.context.messages.isEmpty());
  }

  @Test
  void shouldServeTheOtherQueueWhenOneHasAllItsRequestsUnderWay() {
    driver.open(0, 2);
    readable(0, BUFFERS, "abc", 0, 0);
    int asked = 0;
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < VirtioFront.ENTRIES; i++) {
        driver.offer(0, 0);
      }
      driver.put(QUEUE_NOTIFY, 0);
      int more = driver.context.take(EchoDevice.Request.class).size();
      asked += more;
      if (more < VirtioFront.ENTRIES) {
        break;
      }
    }
    assertEquals(32, asked);
    driver.descriptor(VirtioFront.descriptors(1), 0, BUFFERS, 3, 0, 0);
    driver.post(1, 0);
    assertEquals(1, driver.waiting(1));
  }

  private void assertBreaks(String what, Runnable abuse) {
    driver.open(INDIRECT, 2);
    abuse.run();
    assertTrue(driver.context.take(EchoDevice.Request.class).isEmpty(), what);
    assertNotEquals(0, driver.get(STATUS) & STATUS_NEEDS_RESET, what);
    assertTrue(driver.interrupt(), what);
    assertEquals(INTERRUPT_CONFIG, driver.get(INTERRUPT_STATUS), what);
    driver.open(INDIRECT, 2);
    assertEquals("abc".length(), ask().bytes().length, what + ": usable after a reset");
  }

  private void assertBreaks(String what, long address, int length, int flags, int next) {
    assertBreaks(
        what,
        () -> {
          driver.descriptor(VirtioFront.descriptors(0), 0, address, length, flags, next);
          driver.post(0, 0);
        });
  }

  @Test
  void shouldBreakTheQueueWhenTheGuestPublishesWhatCannotBe() {
    assertBreaks("a head that does not exist", () -> driver.post(0, VirtioFront.ENTRIES));
    assertBreaks("a head far out", () -> driver.post(0, 0xffff));
    assertBreaks(
        "an index ahead of the ring",
        () -> {
          driver.availIndex(0, VirtioFront.ENTRIES + 1);
          driver.put(QUEUE_NOTIFY, 0);
        });
    assertBreaks(
        "an index behind",
        () -> {
          driver.availIndex(0, 0xffff);
          driver.put(QUEUE_NOTIFY, 0);
        });
    assertBreaks("a circle", BUFFERS, 1, DESCRIPTOR_NEXT, 0);
    assertBreaks("a next that does not exist", BUFFERS, 1, DESCRIPTOR_NEXT, VirtioFront.ENTRIES);
    assertBreaks("no bytes", BUFFERS, 0, 0, 0);
    assertBreaks("address 0", 0, 1, 0, 0);
    assertBreaks("a device's registers", 0x1000_1000L, 4, 0, 0);
    assertBreaks("an address that wraps", -4L, 8, 0, 0);
    assertBreaks("past the end of RAM", GuestMemory.RAM_BASE + (1 << 20) - 4, 8, 0, 0);
    assertBreaks("4 GiB", BUFFERS, -1, 0, 0);
    assertBreaks("more than a request may have", BUFFERS, 9 << 20, 0, 0);
    assertBreaks("an indirect table with a successor", BUFFERS, 16, 5, 1);
    assertBreaks("an empty table", BUFFERS, 0, DESCRIPTOR_INDIRECT, 0);
    assertBreaks("a table of broken length", BUFFERS, 17, DESCRIPTOR_INDIRECT, 0);
    assertBreaks("a table that is nowhere", 64, 16, DESCRIPTOR_INDIRECT, 0);
    assertBreaks("a table that wraps", -16L, 32, DESCRIPTOR_INDIRECT, 0);
    assertBreaks(
        "a table in a table",
        () -> {
          driver.descriptor(BUFFERS, 0, BUFFERS, 16, DESCRIPTOR_INDIRECT, 0);
          driver.descriptor(VirtioFront.descriptors(0), 0, BUFFERS, 16, DESCRIPTOR_INDIRECT, 0);
          driver.post(0, 0);
        });
    assertBreaks(
        "something to read behind something to write",
        () -> {
          driver.descriptor(
              VirtioFront.descriptors(0), 0, BUFFERS, 4, DESCRIPTOR_WRITE | DESCRIPTOR_NEXT, 1);
          driver.descriptor(VirtioFront.descriptors(0), 1, BUFFERS, 4, 0, 0);
          driver.post(0, 0);
        });
    assertBreaks(
        "rings that went away",
        () -> {
          long gfn = VirtioFront.descriptors(0) >>> GuestMemory.FRAME_SHIFT;
          int frame = driver.memory.frameOf(gfn);
          readable(0, BUFFERS, "abc", 0, 0);
          driver.offer(0, 0);
          driver.memory.map(gfn, GuestMemory.NO_FRAME);
          driver.put(QUEUE_NOTIFY, 0);
          driver.memory.map(gfn, frame);
        });
  }

  @Test
  void shouldRefuseIndirectTablesThatWereNotNegotiated() {
    driver.open(0, 1);
    driver.descriptor(BUFFERS, 0, BUFFERS + 64, 1, 0, 0);
    driver.descriptor(VirtioFront.descriptors(0), 0, BUFFERS, 16, DESCRIPTOR_INDIRECT, 0);
    driver.post(0, 0);
    assertNotEquals(0, driver.get(STATUS) & STATUS_NEEDS_RESET);
  }

  /** Frames of the VMM are no memory of the guest's to a device, even where it has mapped them. */
  @Test
  void shouldNotReachFramesOfTheVmm() {
    int secret = driver.memory.allocateFrame();
    driver.memory.map(0x5_0000, secret);
    assertBreaks("a mapped VMM frame", 0x5000_0000L, 8, 0, 0);
  }

  @Test
  void shouldRefuseQueuesThatCannotBe() {
    driver.negotiate(0);
    long[][] bad = {
      {0, VirtioFront.descriptors(0)},
      {3, VirtioFront.descriptors(0)},
      {512, VirtioFront.descriptors(0)},
      {0xffff_ffffL, VirtioFront.descriptors(0)},
      {16, VirtioFront.descriptors(0) + 8},
      {16, 0x1000},
    };
    for (long[] each : bad) {
      driver.put(QUEUE_NUM, each[0]);
      driver.put(QUEUE_DESC_LOW, each[1]);
      driver.put(QUEUE_DRIVER_LOW, VirtioFront.avail(0));
      driver.put(QUEUE_DEVICE_LOW, VirtioFront.used(0));
      driver.put(QUEUE_READY, 1);
      assertEquals(0, driver.get(QUEUE_READY), each[0] + " entries at " + each[1]);
    }
  }

  @Test
  void shouldNotChangeAQueueInUse() {
    driver.open(0, 1);
    driver.put(QUEUE_DESC_LOW, 0);
    driver.put(QUEUE_NUM, 2);
    assertEquals("abc".length(), ask().bytes().length);
    EchoDevice.Request request = ask();
    driver.put(QUEUE_READY, 0);
    assertFalse(driver.context.lent.contains(request.ticket().seq()));
    driver.put(QUEUE_NOTIFY, 0);
    assertTrue(driver.context.take(EchoDevice.Request.class).isEmpty());
  }

  @Test
  void shouldLendOnlyTheRoomOfTheRequest() {
    driver.open(0, 1);
    Stretch room = ask().room().getFirst();
    assertEquals(new Loan(1, driver.memory.frameOf(BUFFERS >>> 12), 64, 8), room.page());
  }

  @Test
  void shouldSaveWhatTheFutureDependsOn() {
    driver.open(EVENT, 2);
    long idle = StateBytes.of(port);
    EchoDevice.Request request = ask();
    long busy = StateBytes.of(port);
    assertNotEquals(idle, busy);
    complete(request, "x");
    assertNotEquals(busy, StateBytes.of(port));
    assertNotEquals(idle, StateBytes.of(port));
  }
}
