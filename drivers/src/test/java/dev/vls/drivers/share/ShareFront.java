package dev.vls.drivers.share;

import static dev.vls.drivers.share.NinePLayout.*;
import static dev.vls.drivers.virtio.VirtioFront.BUFFERS;

import dev.vls.drivers.Commits;
import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.virtio.VirtioFront;
import dev.vls.drivers.virtio.VirtioPort;
import dev.vls.sma.Program;
import dev.vls.vmm.SavedState;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A 9P client for tests, with the test in the place of the domain between port and back-end. */
final class ShareFront {
  static final int ROOT = 0;
  static final int TAG = 7;

  private static final int NEXT = 1;
  private static final int WRITE = 2;
  private static final long ROOM = BUFFERS + 0x10_000;

  final VirtioPort<ShareRequest> port = new VirtioPort<>(new VirtioShareDevice("share"), 0);
  final VirtioFront driver = new VirtioFront(port);
  private int slot;

  ShareFront() {
    driver.open(1L << FEATURE_MOUNT_TAG, 1);
  }

  /** What the guest finds in its room: an error number, or a message's body. */
  record Reply(int type, int tag, int error, ByteBuffer body) {
    String string() {
      byte[] octets = new byte[body.getShort() & 0xffff];
      body.get(octets);
      return new String(octets, StandardCharsets.UTF_8);
    }

    byte[] rest() {
      byte[] bytes = new byte[body.remaining()];
      body.get(bytes);
      return bytes;
    }

    Qid qid() {
      Qid qid = Qid.at(body, body.position());
      body.position(body.position() + QID_BYTES);
      return qid;
    }
  }

  /** A message's body: numbers by their Java type, texts as 9P has strings. */
  static byte[] body(Object... fields) {
    ByteBuffer body = AnswerLayout.little(1 << 16);
    for (Object field : fields) {
      switch (field) {
        case Byte number -> body.put(number);
        case Short number -> body.putShort(number);
        case Integer number -> body.putInt(number);
        case Long number -> body.putLong(number);
        case byte[] octets -> body.putShort((short) octets.length).put(octets);
        case String text -> {
          byte[] octets = text.getBytes(StandardCharsets.UTF_8);
          body.putShort((short) octets.length).put(octets);
        }
        default -> throw new AssertionError(field);
      }
    }
    return AnswerLayout.bytes(body);
  }

  static byte[] message(int type, byte[] body) {
    return AnswerLayout.bytes(
        AnswerLayout.little(HEADER_BYTES + body.length)
            .putInt(HEADER_BYTES + body.length)
            .put((byte) type)
            .putShort((short) TAG)
            .put(body));
  }

  /** Sends octets as they are; returns which of the requests that are under way it is. */
  int send(byte[] octets, int room) {
    int head = slot;
    slot = (slot + 2) % VirtioFront.ENTRIES;
    long at = BUFFERS + head * 0x1000L;
    driver.write(at, octets);
    long table = VirtioFront.descriptors(0);
    if (octets.length == 0) {
      driver.descriptor(table, head, room(head), room, WRITE, 0);
    } else {
      driver.descriptor(table, head, at, octets.length, room > 0 ? NEXT : 0, head + 1);
      driver.descriptor(table, head + 1, room(head), room, WRITE, 0);
    }
    driver.post(0, head);
    return head;
  }

  private static long room(int head) {
    return ROOM + head * 0x2000L;
  }

  /** Returns the questions that the port has asked since the last time. */
  List<ShareRequest> asked() {
    return driver.context.take(ShareRequest.class);
  }

  /** Commits an answer, if its loan is not over. */
  void commit(ShareRequest request, ShareBackend.Answer answer) {
    if (driver.context.lent.contains(request.ticket().seq())) {
      Program program = new Program();
      int at = 0;
      for (Stretch stretch : request.room()) {
        int part = Math.min(stretch.length(), answer.data().length - at);
        if (part > 0) {
          byte[] bytes = Arrays.copyOfRange(answer.data(), at, at + part);
          program.target(stretch.page()).store(stretch.offset(), bytes);
          at += part;
        }
      }
      Commits.commit(driver.memory, request.ticket().complete(program, answer.result()));
    }
  }

  /** Returns another machine with this one's memory and state. */
  ShareFront restored() {
    ShareFront other = new ShareFront();
    byte[] page = new byte[GuestMemory.FRAME_BYTES];
    for (int frame = 0; frame < driver.memory.ramFrames(); frame++) {
      driver.memory.read(frame, 0, page, 0, page.length);
      other.driver.memory.write(frame, 0, page, 0, page.length);
    }
    SavedState.of(port).restore(other.port);
    other.driver.goOn(driver);
    other.slot = slot;
    return other;
  }

  /** Returns the answer that is done next; null if there was no room for one. */
  Reply doneIfAny() {
    int[] used = driver.done(0);
    return used[1] == 0 ? null : reply(used);
  }

  /** Returns the answer that is done next. */
  Reply done() {
    return reply(driver.done(0));
  }

  private Reply reply(int[] used) {
    ByteBuffer bytes =
        ByteBuffer.wrap(driver.read(room(used[0]), used[1])).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt() != used[1]) {
      throw new AssertionError("size and what was written differ: " + used[1]);
    }
    int type = bytes.get() & 0xff;
    int tag = bytes.getShort() & 0xffff;
    return new Reply(type, tag, type == RLERROR ? bytes.getInt() : 0, bytes);
  }

  /** Sends a message and lets {@code tree} answer it. */
  Reply call(HostTree tree, int type, Object... fields) {
    int _ = send(message(type, body(fields)), 0x2000);
    asked().forEach(request -> commit(request, ShareBackend.answer(tree, request)));
    return done();
  }

  /** Agrees on the version and attaches to the root. */
  ShareFront mount(HostTree tree) {
    Reply version = call(tree, TVERSION, 8192, VERSION);
    Reply attached = call(tree, TATTACH, ROOT, NO_FID, "root", "", 0);
    if (version.error() != 0 || attached.error() != 0) {
      throw new AssertionError(version + ", " + attached);
    }
    return this;
  }

  /** Walks from the root. */
  Reply walk(HostTree tree, int fid, String... names) {
    Object[] fields = new Object[3 + names.length];
    fields[0] = ROOT;
    fields[1] = fid;
    fields[2] = (short) names.length;
    System.arraycopy(names, 0, fields, 3, names.length);
    return call(tree, TWALK, fields);
  }
}
