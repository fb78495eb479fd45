package dev.vls.drivers.virtio;

import static dev.vls.drivers.virtio.VirtioFront.BUFFERS;
import static dev.vls.drivers.virtio.VirtioLayout.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.Commits;
import dev.vls.drivers.StateBytes;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.BlockRequest;
import dev.vls.drivers.block.VirtioBlockDevice;
import dev.vls.drivers.entropy.EntropyRequest;
import dev.vls.drivers.entropy.VirtioEntropyDevice;
import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.share.ShareRequest;
import dev.vls.drivers.share.VirtioShareDevice;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Registers and rings of garbage: nothing escapes, nothing hangs, two machines do the same, and
 * after a reset the device works.
 */
class VirtioFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", System.nanoTime());
  private static final int ROUNDS = Boolean.getBoolean("vls.long") ? 3000 : 150;
  private static final int STEPS = 120;

  static Stream<Supplier<VirtioDevice<?>>> devices() {
    return Stream.of(
        EchoDevice::new,
        VirtioEntropyDevice::new,
        () -> new VirtioShareDevice("fuzz"),
        () -> new VirtioBlockDevice(new BlockConfig(0, 64, BlockConfig.Writing.ALLOWED)));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void shouldBearGarbage(Supplier<VirtioDevice<?>> device) {
    SplittableRandom seeds = new SplittableRandom(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      long seed = seeds.nextLong();
      long state = play(device.get(), seed);
      assertEquals(state, play(device.get(), seed), "seed " + seed + " of " + SEED);
    }
  }

  private static long play(VirtioDevice<?> device, long seed) {
    VirtioPort<?> port = new VirtioPort<>(device, 0);
    VirtioFront driver = new VirtioFront(port);
    SplittableRandom random = new SplittableRandom(seed);
    List<OutputMessage> asked = new ArrayList<>();
    driver.open(3L << FEATURE_INDIRECT_DESC, device.queues());
    for (int step = 0; step < STEPS; step++) {
      act(driver, random, device.queues());
      asked.addAll(driver.context.take(OutputMessage.class));
      if (random.nextInt(4) == 0 && !asked.isEmpty()) {
        complete(driver, asked.remove(random.nextInt(asked.size())), random);
      }
    }
    port.reissue();
    driver.context.messages.clear();
    long state = StateBytes.of(port);
    driver.open(0, device.queues());
    assertEquals(0, driver.get(STATUS) & STATUS_NEEDS_RESET, "seed " + seed);
    return state;
  }

  private static void act(VirtioFront driver, SplittableRandom random, int queues) {
    int queue = random.nextInt(queues);
    switch (random.nextInt(12)) {
      case 0 ->
          driver.access(
              random.nextInt(0x120) & (random.nextBoolean() ? -1 : -4),
              1 << random.nextInt(4),
              random.nextLong() >>> random.nextInt(64));
      case 1 -> driver.look(random.nextInt(0x120), 1 << random.nextInt(4));
      case 2 -> driver.availIndex(queue, random.nextInt(1 << 16) >>> random.nextInt(16));
      case 3 -> {
        byte[] garbage = new byte[random.nextInt(64)];
        random.nextBytes(garbage);
        driver.write(VirtioFront.descriptors(queue) + random.nextInt(3000), garbage);
      }
      case 4 -> driver.open(3L << FEATURE_INDIRECT_DESC, queues);
      case 5 -> driver.put(QUEUE_NOTIFY, random.nextInt(3));
      default -> {
        describe(driver, VirtioFront.descriptors(queue), random);
        describe(driver, BUFFERS, random);
        driver.post(queue, random.nextInt(VirtioFront.ENTRIES + 1));
      }
    }
  }

  private static void describe(VirtioFront driver, long table, SplittableRandom random) {
    long address =
        switch (random.nextInt(8)) {
          case 0 -> random.nextLong();
          case 1 -> VirtioFront.used(0) + random.nextInt(100);
          case 2 -> BUFFERS & -4096;
          default -> BUFFERS + random.nextInt(0x8000);
        };
    int length =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt();
          case 1 -> 0;
          case 2 -> 16 * random.nextInt(16);
          default -> random.nextInt(2000);
        };
    int index = random.nextInt(VirtioFront.ENTRIES);
    driver.descriptor(
        table, index, address, length, random.nextInt(8), random.nextInt(VirtioFront.ENTRIES + 1));
  }

  /** Does what a back-end would, as far as the domain would let it. */
  private static void complete(VirtioFront driver, OutputMessage message, SplittableRandom random) {
    List<Stretch> room;
    Ticket ticket;
    switch (message) {
      case BlockRequest block -> {
        room = block.segments();
        ticket = block.ticket();
      }
      case EntropyRequest entropy -> {
        room = entropy.room();
        ticket = entropy.ticket();
      }
      case ShareRequest share -> {
        room = share.room();
        ticket = share.ticket();
      }
      case EchoDevice.Request echo -> {
        room = echo.room();
        ticket = echo.ticket();
      }
      default -> throw new AssertionError(message);
    }
    if (!driver.context.lent.contains(ticket.seq())) {
      return;
    }
    Program program = new Program();
    for (Stretch stretch : room) {
      program.target(stretch.page()).store(stretch.offset(), new byte[stretch.length()]);
    }
    byte[] result = new byte[random.nextInt(5)];
    random.nextBytes(result);
    Commits.commit(driver.memory, ticket.complete(program, result));
  }

  /**
   * Whatever pieces a chain is cut into, the device reads and writes the same sequences of bytes.
   */
  @Test
  void shouldSeeTheSameBytesHoweverAChainIsCut() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      EchoDevice device = new EchoDevice();
      VirtioFront driver = new VirtioFront(new VirtioPort<>(device, 0));
      driver.open(3L << FEATURE_INDIRECT_DESC, 2);
      byte[] sent = new byte[1 + random.nextInt(9000)];
      random.nextBytes(sent);
      List<long[]> out = cut(random, sent.length, BUFFERS + random.nextInt(4096));
      List<long[]> in = cut(random, sent.length, BUFFERS + 0x8000 + random.nextInt(4096));
      int at = 0;
      for (long[] piece : out) {
        byte[] part = Arrays.copyOfRange(sent, at, at + (int) piece[1]);
        driver.write(piece[0], part);
        at += part.length;
      }
      post(driver, out, in, random.nextBoolean());
      String seed = "round " + round + " of seed " + SEED;
      assertTrue(driver.waiting(1) == 1, seed);
      assertEquals(sent.length, driver.done(1)[1], seed);
      at = 0;
      for (long[] piece : in) {
        byte[] part = Arrays.copyOfRange(sent, at, at + (int) piece[1]);
        assertArrayEquals(part, driver.read(piece[0], part.length), seed);
        at += part.length;
      }
    }
  }

  private static List<long[]> cut(SplittableRandom random, int length, long from) {
    List<long[]> pieces = new ArrayList<>();
    long at = from;
    for (int left = length; left > 0; ) {
      int part = pieces.size() == 6 ? left : 1 + random.nextInt(left);
      pieces.add(new long[] {at, part});
      at += part + random.nextInt(40);
      left -= part;
    }
    return pieces;
  }

  private static void post(
      VirtioFront driver, List<long[]> out, List<long[]> in, boolean indirect) {
    long table = indirect ? GuestMemory.RAM_BASE + 0x10_000 : VirtioFront.descriptors(1);
    int count = out.size() + in.size();
    for (int i = 0; i < count; i++) {
      long[] piece = i < out.size() ? out.get(i) : in.get(i - out.size());
      int flags = (i + 1 < count ? 1 : 0) | (i < out.size() ? 0 : 2);
      driver.descriptor(table, i, piece[0], (int) piece[1], flags, i + 1);
    }
    if (indirect) {
      driver.descriptor(VirtioFront.descriptors(1), 0, table, 16 * count, 4, 0);
    }
    driver.post(1, 0);
  }
}
