package dev.vls.drivers.share;

import static dev.vls.drivers.share.NinePLayout.*;
import static dev.vls.drivers.share.ShareFront.ROOT;
import static dev.vls.drivers.share.ShareFront.body;
import static dev.vls.drivers.share.ShareFront.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.share.ShareFront.Reply;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device with a real directory behind it, driven as a guest's 9P client does. */
@EnabledOnOs(OS.LINUX)
class VirtioShareDeviceTest {
  @TempDir private Path folder;
  private Path top;
  private HostTree tree;
  private ShareFront front;

  @BeforeEach
  void share() throws IOException {
    top = Files.createDirectory(folder.resolve("top"));
    Files.createDirectories(top.resolve("one/two"));
    Files.writeString(top.resolve("one/two/three"), "hello, guest\n");
    Files.writeString(folder.resolve("secret"), "not for the guest");
    Files.createSymbolicLink(top.resolve("out"), Path.of("../secret"));
    Files.createSymbolicLink(top.resolve("up"), Path.of(".."));
    tree = HostTree.open(top);
    front = new ShareFront().mount(tree);
  }

  @AfterEach
  void close() {
    tree.close();
  }

  private Reply call(int type, Object... fields) {
    return front.call(tree, type, fields);
  }

  private Reply open(int fid, String... names) {
    assertEquals(0, front.walk(tree, fid, names).error());
    return call(TLOPEN, fid, 0);
  }

  private String read(int fid, long offset, int count) {
    Reply reply = call(TREAD, fid, offset, count);
    assertEquals(0, reply.error());
    int length = reply.body().getInt();
    assertEquals(length, reply.body().remaining());
    return new String(reply.rest(), UTF_8);
  }

  /** Reads all of an open directory, in pieces; returns where each name leads. */
  private SortedMap<String, Qid> list(int fid, int count) {
    SortedMap<String, Qid> names = new TreeMap<>();
    long offset = 0;
    while (true) {
      Reply reply = call(TREADDIR, fid, offset, count);
      assertEquals(0, reply.error());
      int length = reply.body().getInt();
      assertEquals(length, reply.body().remaining());
      if (length == 0) {
        return names;
      }
      while (reply.body().hasRemaining()) {
        Qid qid = reply.qid();
        offset = reply.body().getLong();
        int _ = reply.body().get();
        assertEquals(null, names.put(reply.string(), qid), "a name came twice");
      }
    }
  }

  @Test
  void shouldSayItsTag() {
    assertEquals(DEVICE_ID, front.driver.get(8));
    assertEquals(5, front.driver.config(0, 2));
    assertEquals('s' | 'h' << 8, front.driver.config(2, 2));
    assertThrows(IllegalArgumentException.class, () -> new VirtioShareDevice(""));
    assertThrows(IllegalArgumentException.class, () -> new VirtioShareDevice("x".repeat(32)));
  }

  @Test
  void shouldAgreeOnTheVersionAndBeginAnew() {
    Reply reply = call(TVERSION, 1 << 30, VERSION);
    assertEquals(VirtioShareDevice.MAX_MESSAGE, reply.body().getInt());
    assertEquals(VERSION, reply.string());
    assertEquals(
        Errno.EBADF, call(TGETATTR, ROOT, 0L).error(), "the root is not attached any more");
    reply = call(TVERSION, 8192, "9P2000.u");
    assertEquals(8192, reply.body().getInt());
    assertEquals("unknown", reply.string());
    assertEquals(Errno.EPROTO, call(TATTACH, ROOT, NO_FID, "", "", 0).error());
    assertEquals(Errno.EMSGSIZE, call(TVERSION, 4095, VERSION).error());
    assertEquals(0, call(TVERSION, -1, VERSION).error(), "the size has no sign");
  }

  @Test
  void shouldWalkOpenAndReadAFile() {
    Reply walked = front.walk(tree, 1, "one", "two", "three");
    assertEquals(TWALK + 1, walked.type());
    assertEquals(ShareFront.TAG, walked.tag());
    assertEquals(3, walked.body().getShort());
    assertEquals(QID_DIRECTORY, walked.qid().type());
    assertEquals(QID_DIRECTORY, walked.qid().type());
    Qid file = walked.qid();
    assertEquals(QID_FILE, file.type());
    assertEquals(Errno.EBADF, call(TREAD, 1, 0L, 100).error(), "not open yet");
    assertEquals(file, call(TLOPEN, 1, 0).qid());
    assertEquals("hello, guest\n", read(1, 0, 100));
    assertEquals("guest", read(1, 7, 5));
    assertEquals("", read(1, 13, 5));
    assertEquals("", read(1, Long.MAX_VALUE - 100, 5));
    assertEquals(Errno.EINVAL, call(TREAD, 1, -1L, 5).error());
    assertEquals(Errno.ENOTDIR, call(TREADDIR, 1, 0L, 100).error());
    assertEquals(Errno.EBADF, call(TLOPEN, 1, 0).error(), "open already");
    assertEquals(0, call(TCLUNK, 1).error());
    assertEquals(Errno.EBADF, call(TREAD, 1, 0L, 5).error());
  }

  @Test
  void shouldReadALongFileInPiecesThatFitTheMessage() throws IOException {
    byte[] content = new byte[100_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 >> 3);
    }
    Files.write(top.resolve("long"), content);
    assertEquals(0, open(1, "long").error());
    byte[] got = new byte[content.length];
    int at = 0;
    while (at < got.length) {
      Reply reply = call(TREAD, 1, (long) at, -1);
      int length = reply.body().getInt();
      assertTrue(length > 0 && length <= 8192 - 11, "piece of " + length);
      reply.body().get(got, at, length);
      at += length;
    }
    assertArrayEquals(content, got);
  }

  @Test
  void shouldTellWhatAFileIsLike() throws IOException {
    assertEquals(0, front.walk(tree, 1, "one", "two", "three").error());
    Reply reply = call(TGETATTR, 1, -1L);
    assertEquals(ATTRIBUTES_BYTES, reply.body().remaining());
    assertEquals(0xfff, reply.body().getLong());
    Path file = top.resolve("one/two/three");
    assertEquals(Files.getAttribute(file, "unix:ino"), reply.qid().path());
    assertEquals(Files.getAttribute(file, "unix:mode"), reply.body().getInt());
    assertEquals(Files.getAttribute(file, "unix:uid"), reply.body().getInt());
    assertEquals(Files.getAttribute(file, "unix:gid"), reply.body().getInt());
    assertEquals(1, reply.body().getLong(), "links");
    assertEquals(0, reply.body().getLong(), "device");
    assertEquals(13, reply.body().getLong(), "size");
    reply.body().position(reply.body().position() + 16 + 16);
    assertEquals(
        Files.getLastModifiedTime(file).toInstant().getEpochSecond(), reply.body().getLong());
    reply = call(TSTATFS, 1);
    assertEquals(STATFS_BYTES, reply.body().remaining());
    int _ = reply.body().getInt();
    assertTrue(reply.body().getInt() > 0, "block size");
  }

  @Test
  void shouldListADirectoryInPiecesOfAnySize() throws IOException {
    Set<String> names = new HashSet<>(List.of(".", ".."));
    Path many = Files.createDirectory(top.resolve("many"));
    for (int i = 0; i < 300; i++) {
      String name = "file" + "x".repeat(i % 60) + i;
      Files.createFile(many.resolve(name));
      names.add(name);
    }
    assertEquals(QID_DIRECTORY, open(1, "many").qid().type());
    assertEquals(names, list(1, 100).keySet());
    assertEquals(names, list(1, 5000).keySet());
    assertEquals(Errno.EINVAL, call(TREADDIR, 1, 0L, 20).error(), "no entry fits");
    assertEquals(Errno.EISDIR, call(TREAD, 1, 0L, 20).error());
  }

  @Test
  void shouldNotGoAboveTheRoot() {
    Reply walked = front.walk(tree, 2, "one", "..", "..", "..");
    assertEquals(4, walked.body().getShort());
    Qid one = walked.qid();
    Qid up = walked.qid();
    assertNotEquals(one, up);
    assertEquals(up, walked.qid());
    assertEquals(up, walked.qid());
    assertEquals(0, call(TLOPEN, 2, 0).error());
    SortedMap<String, Qid> names = list(2, 4000);
    assertEquals(Set.of(".", "..", "one", "out", "up"), names.keySet());
    assertEquals(up.path(), names.get("..").path(), "nothing above is named");
  }

  @Test
  void shouldGiveLinksToTheGuestAndFollowNone() {
    Reply walked = front.walk(tree, 1, "out");
    walked.body().getShort();
    assertEquals(QID_LINK, walked.qid().type());
    assertEquals("../secret", call(TREADLINK, 1).string());
    assertEquals(Errno.ELOOP, call(TLOPEN, 1, 0).error());
    assertEquals(Errno.EINVAL, call(TREADLINK, ROOT).error());
    walked = front.walk(tree, 2, "up", "secret");
    assertEquals(1, walked.body().getShort(), "the link, and nothing behind it");
    assertEquals(Errno.EBADF, call(TGETATTR, 2, 0L).error());
    walked = front.walk(tree, 2, "up", "..", "secret");
    assertEquals(1, walked.body().getShort());
  }

  @Test
  void shouldFollowNoLinkThatTakesADirectorysPlace() throws IOException {
    assertEquals(0, open(1, "one", "two", "three").error());
    assertEquals(0, front.walk(tree, 2, "one", "two").error());
    Files.createDirectories(folder.resolve("outside/two"));
    Files.writeString(folder.resolve("outside/two/three"), "from outside");
    Files.move(top.resolve("one"), folder.resolve("was"));
    Files.createSymbolicLink(top.resolve("one"), folder.resolve("outside"));
    assertEquals(Errno.ENOTDIR, call(TREAD, 1, 0L, 100).error());
    assertEquals(Errno.ENOTDIR, call(TWALK, 2, 3, (short) 1, "three").error());
    assertEquals(Errno.ENOTDIR, call(TGETATTR, 2, 0L).error());
  }

  @Test
  void shouldSayWhatIsNotThere() {
    assertEquals(Errno.ENOENT, front.walk(tree, 1, "none").error());
    assertEquals(Errno.EBADF, call(TCLUNK, 1).error(), "the number is free");
    Reply partly = front.walk(tree, 1, "one", "none", "two");
    assertEquals(1, partly.body().getShort());
    assertEquals(QID_BYTES, partly.body().remaining());
    assertEquals(Errno.EBADF, call(TCLUNK, 1).error());
    partly = front.walk(tree, 1, "one", "two", "three", "four");
    assertEquals(3, partly.body().getShort());
  }

  @Test
  void shouldTellTheGuestWhenAFileVanishesOrIsReplaced() throws IOException {
    Path file = top.resolve("one/two/three");
    assertEquals(0, open(1, "one", "two", "three").error());
    Files.writeString(file, "changed, and longer than it was");
    assertEquals("changed, and longer than it was", read(1, 0, 100));
    Files.writeString(folder.resolve("other"), "another file");
    Files.move(folder.resolve("other"), file, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(Errno.ESTALE, call(TREAD, 1, 0L, 100).error());
    assertEquals(Errno.ESTALE, call(TGETATTR, 1, 0L).error());
    Files.delete(file);
    assertEquals(Errno.ENOENT, call(TREAD, 1, 0L, 100).error());
    assertEquals(0, call(TCLUNK, 1).error());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        TLCREATE,
        TSYMLINK,
        TMKNOD,
        TRENAME,
        TSETATTR,
        TXATTRCREATE,
        TLINK,
        TMKDIR,
        TRENAMEAT,
        TUNLINKAT,
        TWRITE
      })
  void shouldChangeNothing(int type) {
    assertEquals(Errno.EROFS, call(type, ROOT, "name", 0L).error());
  }

  @Test
  void shouldRemoveTheNumberAlone() {
    assertEquals(0, front.walk(tree, 1, "one", "two", "three").error());
    assertEquals(Errno.EROFS, call(TREMOVE, 1).error());
    assertEquals(Errno.EBADF, call(TGETATTR, 1, 0L).error());
    assertTrue(Files.exists(top.resolve("one/two/three")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 0x40, 0x200, 0x8001})
  void shouldNotOpenForWriting(int flags) {
    assertEquals(0, front.walk(tree, 1, "one", "two", "three").error());
    assertEquals(Errno.EROFS, call(TLOPEN, 1, flags).error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a/b", "/", "../secret", "nul\0"})
  void shouldNotWalkToWhatIsNoName(String name) {
    assertEquals(Errno.ENOENT, front.walk(tree, 1, name).error());
    assertEquals(Errno.ENOENT, front.walk(tree, 1, "one", name).error());
  }

  @Test
  void shouldBoundNamesAndPaths() {
    assertEquals(Errno.ENAMETOOLONG, front.walk(tree, 1, "x".repeat(256)).error());
    assertEquals(Errno.ENOENT, front.walk(tree, 1, "x".repeat(255)).error());
    String[] many = new String[17];
    Arrays.fill(many, "one");
    assertEquals(Errno.EINVAL, front.walk(tree, 1, many).error());
    String[] longest = new String[16];
    Arrays.fill(longest, "y".repeat(255));
    assertEquals(Errno.ENOENT, front.walk(tree, 1, longest).error());
    assertEquals(0, front.walk(tree, 1, "one").error());
    Object[] deeper = new Object[3 + longest.length];
    deeper[0] = 1;
    deeper[1] = 2;
    deeper[2] = (short) longest.length;
    System.arraycopy(longest, 0, deeper, 3, longest.length);
    assertEquals(Errno.ENAMETOOLONG, call(TWALK, deeper).error());
  }

  @Test
  void shouldServeNamesThatAreNoText() throws Exception {
    byte[] name = {(byte) 0xff, (byte) 0xfe, 'x', (byte) 0x80};
    Process made =
        new ProcessBuilder("sh", "-c", "printf content >\"$(printf '\\377\\376x\\200')\"")
            .directory(top.toFile())
            .start();
    assertEquals(0, made.waitFor());
    Reply walked = call(TWALK, ROOT, 1, (short) 1, name);
    assertEquals(0, walked.error());
    assertEquals(0, call(TLOPEN, 1, 0).error());
    assertEquals("content", read(1, 0, 100));
  }

  @Test
  void shouldNotWaitForAPipe() throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", top.resolve("pipe").toString()).start().waitFor());
    assertEquals(0, front.walk(tree, 1, "pipe").error());
    assertEquals(Errno.EOPNOTSUPP, call(TLOPEN, 1, 0).error());
  }

  @Test
  void shouldGiveAPlaceAnotherNumber() {
    assertEquals(0, front.walk(tree, 1, "one").error());
    assertEquals(0, call(TWALK, 1, 2, (short) 0).error());
    assertEquals(0, call(TCLUNK, 1).error());
    assertEquals(0, call(TWALK, 2, 2, (short) 1, "two").error(), "in place");
    assertEquals(0, call(TWALK, 2, 3, (short) 1, "three").error());
    assertEquals(Errno.EBADF, call(TWALK, 2, 3, (short) 1, "three").error(), "taken");
    assertEquals(Errno.EBADF, call(TWALK, 2, NO_FID, (short) 0).error());
    assertEquals(0, call(TLOPEN, 2, 0).error());
    assertEquals(Errno.EINVAL, call(TWALK, 2, 2, (short) 1, "three").error(), "it is open");
  }

  @Test
  void shouldGrantLocksAndRefuseWhatItDoesNotKnow() {
    assertEquals(0, open(1, "one", "two", "three").error());
    assertEquals(0, call(TLOCK, 1, (byte) 0, 0, 0L, 0L, 5, "client").error());
    Reply lock = call(TGETLOCK, 1, (byte) 1, 3L, 4L, 5, "client");
    assertEquals(LOCK_UNLOCKED, lock.body().get());
    assertEquals(3, lock.body().getLong());
    assertEquals(0, call(TFSYNC, 1, 0).error());
    assertEquals(Errno.EOPNOTSUPP, call(TXATTRWALK, 1, 2, "security.capability").error());
    assertEquals(Errno.EOPNOTSUPP, call(TAUTH, 9, "user", "").error());
    assertEquals(Errno.EOPNOTSUPP, call(255).error());
    assertEquals(Errno.ENOENT, call(TATTACH, 9, NO_FID, "", "/etc", 0).error());
    assertEquals(Errno.EOPNOTSUPP, call(TATTACH, 9, 8, "", "", 0).error());
  }

  /** A flush is answered behind what it gives up, because a back-end answers in order. */
  @Test
  void shouldAnswerAFlushInTurn() {
    int walk = front.send(message(TWALK, body(ROOT, 1, (short) 1, "one")), 100);
    int flush = front.send(message(TFLUSH, body((short) ShareFront.TAG)), 100);
    List<ShareRequest> asked = front.asked();
    assertEquals(0, front.driver.waiting(0));
    assertEquals(
        List.of(ShareRequest.Operation.WALK, ShareRequest.Operation.NOTHING),
        asked.stream().map(ShareRequest::operation).toList());
    asked.forEach(request -> front.commit(request, ShareBackend.answer(tree, request)));
    assertEquals(TWALK + 1, front.done().type());
    assertEquals(TFLUSH + 1, front.done().type());
    assertNotEquals(walk, flush);
  }

  @Test
  void shouldBindNothingWhenTheGuestBeginsAnewMeanwhile() {
    int _ = front.send(message(TWALK, body(ROOT, 1, (short) 1, "one")), 100);
    ShareRequest walk = front.asked().getFirst();
    assertEquals(Errno.EBADF, call(TCLUNK, 1).error(), "not there yet");
    assertEquals(Errno.EBADF, call(TWALK, ROOT, 1, (short) 0).error(), "but taken");
    assertEquals(0, call(TVERSION, 8192, VERSION).error());
    front.commit(walk, ShareBackend.answer(tree, walk));
    assertEquals(Errno.EBADF, front.done().error());
    assertEquals(Errno.EBADF, call(TGETATTR, 1, 0L).error());
  }

  @Test
  void shouldForgetEverythingWhenTheDriverResetsIt() {
    int _ = front.send(message(TWALK, body(ROOT, 1, (short) 1, "one")), 100);
    ShareRequest walk = front.asked().getFirst();
    front.driver.open(0, 1);
    front.commit(walk, ShareBackend.answer(tree, walk));
    assertEquals(0, front.driver.waiting(0));
    front.mount(tree);
    assertEquals(0, front.walk(tree, 1, "one").error(), "the number is free");
  }

  @Test
  void shouldBoundItsNumbers() {
    Fids fids = new Fids();
    SharePath path = SharePath.ROOT.step("x".repeat(200));
    int count = 0;
    while (fids.hasRoom(path)) {
      fids.put(count++, Fid.walked(path));
    }
    assertEquals(Fids.MAX_OCTETS / 200, count);
    fids.clear();
    for (count = 0; fids.hasRoom(SharePath.ROOT); count++) {
      fids.put(count, Fid.ROOT);
    }
    assertEquals(Fids.MAX, count);
    fids.put(3, Fid.walked(path));
    fids.drop(3);
    assertTrue(fids.hasRoom(path));
  }

  @Test
  void shouldSayWhyADirectoryCannotBeShared() {
    HostException none =
        assertThrows(HostException.class, () -> HostTree.open(folder.resolve("none")));
    assertTrue(none.getMessage().contains("found nothing"), none.getMessage());
    HostException file =
        assertThrows(HostException.class, () -> HostTree.open(folder.resolve("secret")));
    assertTrue(file.getMessage().contains("found no directory"), file.getMessage());
  }
}
