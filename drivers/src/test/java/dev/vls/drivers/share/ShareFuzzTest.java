package dev.vls.drivers.share;

import static dev.vls.drivers.share.NinePLayout.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.SavedState;
import dev.vls.vmm.StateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages of garbage and of nearly none, with answers from a real directory and of garbage:
 * nothing escapes, two machines do the same, and a state that is saved and restored goes on the
 * same.
 */
@EnabledOnOs(OS.LINUX)
class ShareFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", System.nanoTime());
  private static final int ROUNDS = Boolean.getBoolean("vls.long") ? 3000 : 25;
  private static final int STEPS = 200;
  private static final String SECRET = "not for the guest";
  private static final String[] NAMES = {
    "one",
    "two",
    "three",
    "out",
    "up",
    "secret",
    "..",
    "..",
    ".",
    "",
    "a/b",
    "../secret",
    "nul\0",
    "top"
  };
  private static final int[] TYPES = {
    TVERSION,
    TATTACH,
    TWALK,
    TWALK,
    TWALK,
    TGETATTR,
    TLOPEN,
    TLOPEN,
    TREAD,
    TREAD,
    TREADDIR,
    TREADLINK,
    TSTATFS,
    TCLUNK,
    TREMOVE,
    TFLUSH,
    TFSYNC,
    TLOCK,
    TGETLOCK,
    TWRITE,
    TXATTRWALK
  };

  @TempDir private Path folder;
  private Path top;

  @BeforeEach
  void share() throws IOException {
    top = Files.createDirectory(folder.resolve("top"));
    Files.createDirectories(top.resolve("one/two"));
    Files.writeString(top.resolve("one/two/three"), "hello, guest\n");
    Files.writeString(folder.resolve("secret"), SECRET);
    Files.createSymbolicLink(top.resolve("out"), Path.of("../secret"));
    Files.createSymbolicLink(top.resolve("up"), Path.of(".."));
  }

  @Test
  void shouldBearGarbage() throws Exception {
    SplittableRandom seeds = new SplittableRandom(SEED);
    try (HostTree tree = HostTree.open(top)) {
      for (int round = 0; round < ROUNDS; round++) {
        long seed = seeds.nextLong();
        String where = "seed " + seed + " of vls.seed=" + SEED;
        byte[] state = new Play(tree, seed, Integer.MAX_VALUE).run(where);
        int at = (int) (seed & 0xff) % STEPS;
        assertArrayEquals(state, new Play(tree, seed, at).run(where), where);
      }
    }
  }

  /** A guest without sense, and a back-end that is mostly right. */
  private static final class Play {
    private final HostTree tree;
    private final SplittableRandom random;
    private final int restoreAt;
    private ShareFront front;
    private final List<ShareRequest> asked = new ArrayList<>();

    Play(HostTree tree, long seed, int restoreAt) {
      this.tree = tree;
      this.random = new SplittableRandom(seed);
      this.restoreAt = restoreAt;
      front = new ShareFront().mount(tree);
    }

    byte[] run(String where) {
      for (int step = 0; step < STEPS; step++) {
        if (step == restoreAt) {
          front = front.restored();
        }
        int _ = front.send(octets(), random.nextInt(8) == 0 ? random.nextInt(20) : 0x1000);
        asked.addAll(front.asked());
        while (asked.size() > 6 || (!asked.isEmpty() && random.nextInt(3) > 0)) {
          ShareRequest request = asked.remove(random.nextInt(8) == 0 ? asked.size() - 1 : 0);
          front.commit(request, answer(request));
        }
        while (front.driver.waiting(0) > 0) {
          look(where);
        }
        if (random.nextInt(50) == 0) {
          front.driver.open(1L << FEATURE_MOUNT_TAG, 1);
          asked.clear();
          front.mount(tree);
        }
      }
      front.port.reissue();
      front.driver.context.messages.clear();
      return SavedState.of(front.port).bytes();
    }

    private void look(String where) {
      ShareFront.Reply reply = front.doneIfAny();
      if (reply != null) {
        byte[] rest = reply.rest();
        assertFalse(new String(rest, StandardCharsets.ISO_8859_1).contains(SECRET), where);
        assertTrue(reply.error() >= 0 && reply.error() <= Errno.MAX, where);
      }
    }

    private ShareBackend.Answer answer(ShareRequest request) {
      ShareBackend.Answer right = ShareBackend.answer(tree, request);
      if (random.nextInt(8) > 0) {
        return right;
      }
      byte[] result = new byte[random.nextInt(AnswerLayout.BYTES + 1)];
      random.nextBytes(result);
      if (random.nextBoolean()) {
        Arrays.fill(result, 0, Math.min(4, result.length), (byte) 0);
      }
      return new ShareBackend.Answer(result, right.data());
    }

    private byte[] octets() {
      if (random.nextInt(10) == 0) {
        byte[] garbage = new byte[random.nextInt(60)];
        random.nextBytes(garbage);
        return garbage;
      }
      byte[] message = ShareFront.message(type(), fields());
      if (random.nextInt(10) == 0) {
        message[random.nextInt(4)] = (byte) random.nextInt(); // the size lies
      }
      return random.nextInt(10) == 0
          ? Arrays.copyOf(message, random.nextInt(2 * message.length))
          : message;
    }

    private int last;

    private int type() {
      last = random.nextInt(20) == 0 ? random.nextInt(256) : TYPES[random.nextInt(TYPES.length)];
      return last;
    }

    private int fid() {
      return random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(6);
    }

    private byte[] fields() {
      return switch (last) {
        case TVERSION ->
            ShareFront.body(
                random.nextInt(20_000) - 100, random.nextInt(4) == 0 ? "9P2000" : VERSION);
        case TATTACH -> ShareFront.body(fid(), NO_FID, "user", "", 0);
        case TWALK -> walk();
        case TGETATTR -> ShareFront.body(fid(), random.nextLong());
        case TLOPEN -> ShareFront.body(fid(), random.nextInt(4) == 0 ? random.nextInt() : 0);
        case TREAD, TREADDIR ->
            ShareFront.body(
                fid(),
                random.nextLong() >>> random.nextInt(64),
                random.nextInt() >>> random.nextInt(32));
        case TREADLINK, TSTATFS, TCLUNK, TREMOVE -> ShareFront.body(fid());
        case TFLUSH -> ShareFront.body((short) random.nextInt());
        case TFSYNC -> ShareFront.body(fid(), 0);
        case TLOCK -> ShareFront.body(fid(), (byte) 1, 0, 0L, 0L, 1, "client");
        case TGETLOCK -> ShareFront.body(fid(), (byte) 1, 0L, 0L, 1, "client");
        default -> ShareFront.body(fid(), random.nextLong(), "name");
      };
    }

    private byte[] walk() {
      int count = random.nextInt(10) == 0 ? random.nextInt(30) : random.nextInt(4);
      Object[] fields = new Object[3 + count];
      fields[0] = fid();
      fields[1] = random.nextInt(4) == 0 ? fields[0] : fid();
      fields[2] = (short) (random.nextInt(20) == 0 ? random.nextInt() : count);
      for (int i = 0; i < count; i++) {
        fields[3 + i] = name();
      }
      return ShareFront.body(fields);
    }

    private Object name() {
      if (random.nextInt(20) == 0) {
        byte[] octets = new byte[random.nextInt(300)];
        random.nextBytes(octets);
        return octets;
      }
      return NAMES[random.nextInt(NAMES.length)];
    }
  }

  @Test
  void shouldRefuseOrTakeWhenTheSavedStateIsGarbage() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    try (HostTree tree = HostTree.open(top)) {
      ShareFront front = new ShareFront().mount(tree);
      assertEquals(0, front.walk(tree, 1, "one", "two", "three").error());
      assertEquals(0, front.call(tree, TLOPEN, 1, 0).error());
      int _ =
          front.send(
              ShareFront.message(
                  TWALK, ShareFront.body(ShareFront.ROOT, 2, (short) 2, "one", "two")),
              200);
      byte[] good = SavedState.of(front.port).bytes();
      int refused = 0;
      for (int i = 0; i < 500; i++) {
        byte[] bad = good.clone();
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        try {
          SavedState.wrap(bad).restore(new ShareFront().port);
        } catch (StateException e) {
          refused++;
        }
      }
      assertTrue(refused > 20, "refused " + refused);
      ShareFront other = front.restored();
      assertArrayEquals(good, SavedState.of(other.port).bytes());
      other.port.reissue();
      other.asked().forEach(request -> other.commit(request, ShareBackend.answer(tree, request)));
      assertEquals(2, other.done().body().getShort());
      ShareFront.Reply read = other.call(tree, TREAD, 1, 0L, 100);
      assertEquals("hello, guest\n".length(), read.body().getInt());
    }
  }
}
