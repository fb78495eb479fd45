package dev.vls.drivers.store;

import static dev.vls.drivers.store.StoreRingLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.StateBytes;
import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Garbage on the ring, and well-framed garbage in messages; the seed is in every failure. */
class StoreFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", 20260101L);
  private static final String[] WORDS = {
    "data",
    "data/a",
    "data/a/b",
    "/",
    "",
    "/local/domain/1",
    "@releaseDomain",
    "T",
    "F",
    "t",
    "0",
    "1",
    "r1",
    "n1",
    "b0",
    "//",
    "x y",
    "2147483647",
    "99999999999",
    "device/vbd/51712/state",
    "control/shutdown",
    "a".repeat(300)
  };

  /** The whole of a run in one number: two runs of one seed have to agree. */
  private long run(long seed, boolean framed) {
    SplittableRandom random = new SplittableRandom(seed);
    StoreGuest guest = new StoreGuest();
    for (int i = 0; i < 3000; i++) {
      if (framed) {
        step(guest, random);
      } else {
        scribble(guest, random);
      }
      guest.ring.pump();
      if (random.nextInt(4) == 0) {
        drain(guest);
      }
      if (guest.memory.i32(guest.frame, ERROR_OFFSET) != 0 && random.nextInt(3) == 0) {
        guest.memory.put32(guest.frame, CONNECTION_OFFSET, RECONNECT);
      }
    }
    byte[] page = new byte[4096];
    guest.memory.read(guest.frame, 0, page, 0, 4096);
    return StateBytes.of(
        sink -> guest.tree.exchange(StateExchange.saving(sink), guest.ring.session()),
        sink -> guest.ring.exchange(StateExchange.saving(sink)),
        sink -> sink.block(page));
  }

  private static void drain(StoreGuest guest) {
    guest.memory.put32(
        guest.frame, RSP_CONS_OFFSET, guest.memory.i32(guest.frame, RSP_PROD_OFFSET));
  }

  private static void scribble(StoreGuest guest, SplittableRandom random) {
    for (int i = 0; i < 20; i++) {
      guest.memory.put8(guest.frame, random.nextInt(4096), random.nextInt(256));
    }
    if (random.nextInt(3) > 0) {
      int cons = guest.memory.i32(guest.frame, REQ_CONS_OFFSET);
      guest.memory.put32(guest.frame, REQ_PROD_OFFSET, cons + random.nextInt(1100));
    }
  }

  private static void step(StoreGuest guest, SplittableRandom random) {
    List<String> strings = new ArrayList<>();
    for (int n = random.nextInt(4); n >= 0; n--) {
      strings.add(WORDS[random.nextInt(WORDS.length)]);
    }
    byte[] payload = StoreText.payload(strings);
    if (random.nextInt(8) == 0) {
      payload = java.util.Arrays.copyOf(payload, random.nextInt(payload.length + 1));
    }
    byte[] message = new byte[16 + payload.length];
    message[0] = (byte) random.nextInt(28);
    message[4] = (byte) random.nextInt();
    message[8] = (byte) (random.nextInt(3) == 0 ? random.nextInt(15) : 0);
    message[12] = (byte) payload.length;
    message[13] = (byte) (payload.length >> 8);
    System.arraycopy(payload, 0, message, 16, payload.length);
    if (guest.memory.i32(guest.frame, ERROR_OFFSET) == 0) {
      guest.put(message, 0, message.length);
    }
  }

  @Test
  void shouldSurviveAndStayDeterministicWhenMessagesAreGarbage() {
    for (long seed = SEED; seed < SEED + 10; seed++) {
      assertEquals(run(seed, true), run(seed, true), "seed " + seed);
    }
  }

  @Test
  void shouldSurviveAndStayDeterministicWhenTheRingPageIsGarbage() {
    for (long seed = SEED; seed < SEED + 10; seed++) {
      assertEquals(run(seed, false), run(seed, false), "seed " + seed);
    }
  }

  @Test
  void shouldServeAnotherDomainWhateverOneDoes() {
    StoreGuest bad = new StoreGuest();
    StoreGuest good = new StoreGuest(bad.tree, 2);
    new DomainNodes(new StoreAccess(bad.tree), 2).write(new DomainConfig("good", 1));
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 2000; i++) {
      step(bad, random);
      bad.ring.pump();
      drain(bad);
    }
    assertEquals("2", good.read("domid"), "seed " + SEED);
    assertTrue(good.write(0, "data/x", "1").equals("OK"), "seed " + SEED);
  }
}
