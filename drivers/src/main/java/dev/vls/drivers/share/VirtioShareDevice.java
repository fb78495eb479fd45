package dev.vls.drivers.share;

import static dev.vls.drivers.share.NinePLayout.*;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.share.ShareRequest.Operation;
import dev.vls.drivers.virtio.Chain;
import dev.vls.drivers.virtio.VirtioDevice;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The virtio 9P transport with a read-only server of 9P2000.L behind it (decision 0013): all that
 * the protocol remembers is here, inside, so that replay and whoever takes over have it.
 *
 * <p>What the host's files are like it learns from the result that a request is completed with, at
 * that commit. Messages that are malformed, or want to change something, are answered at once.
 */
public final class VirtioShareDevice implements VirtioDevice<ShareRequest> {
  /** Longest message, which the guest may make shorter. */
  static final int MAX_MESSAGE = 512 << 10;

  /** Shortest longest message that a guest can ask for. */
  static final int MIN_MESSAGE = 4096;

  /** Most octets of a tag. */
  public static final int MAX_TAG = 31;

  private static final int LENGTH_BYTES = 2;

  private final byte[] tag;
  private final Fids fids = new Fids();
  private int most; // bytes of a message; 0 until a version is agreed upon

  /**
   * Creates the device.
   *
   * @param tag by which a guest finds it: 1 to {@link #MAX_TAG} octets
   * @throws IllegalArgumentException if it has not
   */
  public VirtioShareDevice(String tag) {
    this.tag = tag.getBytes(StandardCharsets.UTF_8);
    if (this.tag.length == 0 || this.tag.length > MAX_TAG) {
      throw new IllegalArgumentException(
          "the tag of a share has 1 to " + MAX_TAG + " octets: '" + tag + "'");
    }
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
    return 1L << FEATURE_MOUNT_TAG;
  }

  @Override
  public void negotiated(long features) {
    endSession();
  }

  private void endSession() {
    most = 0;
    fids.clear();
  }

  @Override
  public byte[] config() {
    return AnswerLayout.little(LENGTH_BYTES + tag.length)
        .putShort((short) tag.length)
        .put(tag)
        .array();
  }

  @Override
  public Verdict<ShareRequest> request(Ticket ticket, Chain chain) {
    Optional<ShareCall> call = ShareCall.read(ticket, chain);
    if (call.isEmpty()) {
      return new Done<>(ShareCall.error(chain, NO_TAG, Errno.EPROTO));
    }
    return switch (call.get().type()) {
      case TVERSION -> version(call.get());
      case TATTACH -> attach(call.get());
      case TFLUSH -> flush(call.get());
      case TWALK -> walk(call.get());
      case TGETATTR -> attributes(call.get());
      case TLOPEN -> open(call.get());
      case TREAD -> read(call.get(), Operation.READ, Fid.State.FILE);
      case TREADDIR -> read(call.get(), Operation.LIST, Fid.State.DIRECTORY);
      case TREADLINK -> link(call.get());
      case TSTATFS -> space(call.get());
      case TFSYNC -> sync(call.get());
      case TLOCK -> lock(call.get());
      case TGETLOCK -> lockOf(call.get());
      case TCLUNK -> clunk(call.get());
      case TREMOVE -> remove(call.get());
      case TLCREATE,
          TSYMLINK,
          TMKNOD,
          TRENAME,
          TSETATTR,
          TXATTRCREATE,
          TLINK,
          TMKDIR,
          TRENAMEAT,
          TUNLINKAT,
          TWRITE ->
          call.get().error(Errno.EROFS);
      default -> call.get().error(Errno.EOPNOTSUPP); // extended attributes and older versions too
    };
  }

  /** Begins anew, whatever there was. */
  private Verdict<ShareRequest> version(ShareCall call) {
    int asked = call.body().i32();
    String version = call.body().string();
    if (!call.body().isWhole()) {
      return call.error(Errno.EPROTO);
    }
    endSession();
    if (asked >= 0 && asked < MIN_MESSAGE) {
      return call.error(Errno.EMSGSIZE);
    }
    int agreed = asked < 0 ? MAX_MESSAGE : Math.min(asked, MAX_MESSAGE); // it has no sign
    boolean known = version.equals(VERSION);
    most = known ? agreed : 0;
    byte[] answer = SharePath.octets(known ? VERSION : UNKNOWN_VERSION);
    return call.answer(
        AnswerLayout.little(Integer.BYTES + LENGTH_BYTES + answer.length)
            .putInt(agreed)
            .putShort((short) answer.length)
            .put(answer));
  }

  /** The whole share is all that can be attached to. */
  private Verdict<ShareRequest> attach(ShareCall call) {
    int fid = call.body().i32();
    int authentication = call.body().i32();
    String _ = call.body().string(); // the user's name, and behind the tree's the number
    String tree = call.body().string();
    int _ = call.body().i32();
    if (!call.body().isWhole() || most == 0) {
      return call.error(Errno.EPROTO);
    }
    if (authentication != NO_FID) {
      return call.error(Errno.EOPNOTSUPP);
    }
    if (!tree.isEmpty() && !tree.equals("/")) {
      return call.error(Errno.ENOENT);
    }
    return reserving(
        call, fid, SharePath.ROOT, () -> call.ask(Operation.ATTACH, fid, Fid.ROOT, List.of()));
  }

  /** Passes a question on, and keeps a new number until the answer says what it stands for. */
  private Verdict<ShareRequest> reserving(
      ShareCall call, int fid, SharePath path, Supplier<Verdict<ShareRequest>> question) {
    int refusal = refusal(fid, path);
    if (refusal != 0) {
      return call.error(refusal);
    }
    Verdict<ShareRequest> verdict = question.get();
    if (verdict instanceof Serve<ShareRequest>) {
      fids.put(fid, new Fid(path, Fid.State.RESERVED, call.ticket().seq()));
    }
    return verdict;
  }

  /** Returns why a number cannot stand for a new place, or 0. */
  private int refusal(int fid, SharePath path) {
    if (fid == NO_FID || fids.isTaken(fid)) {
      return Errno.EBADF;
    }
    return fids.hasRoom(path) ? 0 : Errno.ENFILE;
  }

  /** The back-end answers in order: so its answer comes behind that of what is to be given up. */
  private static Verdict<ShareRequest> flush(ShareCall call) {
    int _ = call.body().u16(); // which message is given up
    return call.body().isWhole()
        ? call.ask(Operation.NOTHING, NO_FID, Fid.ROOT, List.of())
        : call.error(Errno.EPROTO);
  }

  private Verdict<ShareRequest> walk(ShareCall call) {
    int fid = call.body().i32();
    int walked = call.body().i32();
    int count = call.body().u16();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < Math.min(count, MAX_NAMES); i++) {
      names.add(call.body().string());
    }
    if (!call.body().isWhole()) {
      return call.error(count > MAX_NAMES ? Errno.EINVAL : Errno.EPROTO);
    }
    Optional<Fid> from = fids.find(fid);
    if (from.isEmpty()) {
      return call.error(Errno.EBADF);
    }
    if (walked == fid && from.get().isOpen()) {
      return call.error(Errno.EINVAL);
    }
    if (names.isEmpty()) {
      return same(call, fid, walked, from.get());
    }
    SharePath to = from.get().path();
    for (String name : names) {
      int error = SharePath.errorOf(name);
      if (error == 0 && to.octets().length() + 1 + name.length() > SharePath.MAX_OCTETS) {
        error = Errno.ENAMETOOLONG;
      }
      if (error != 0) {
        return call.error(error);
      }
      to = to.step(name);
    }
    if (walked == fid && !fids.hasRoom(to)) {
      return call.error(Errno.ENFILE);
    }
    Fid start = Fid.walked(from.get().path());
    Supplier<Verdict<ShareRequest>> question =
        () -> call.ask(Operation.WALK, walked, start, names, 0, names.size() * QID_BYTES);
    return walked == fid ? question.get() : reserving(call, walked, to, question);
  }

  /** Gives a place one more number. */
  private Verdict<ShareRequest> same(ShareCall call, int fid, int other, Fid from) {
    int refusal = fid == other ? 0 : refusal(other, from.path());
    if (refusal != 0) {
      return call.error(refusal);
    }
    fids.put(other, Fid.walked(from.path()));
    return call.answer(AnswerLayout.little(Short.BYTES).putShort((short) 0));
  }

  private Verdict<ShareRequest> attributes(ShareCall call) {
    int fid = call.body().i32();
    long _ = call.body().i64(); // which are wanted; there is no harm in all
    return about(call, fid, Operation.ATTRIBUTES, ATTRIBUTES_BYTES);
  }

  private Verdict<ShareRequest> link(ShareCall call) {
    return about(
        call, call.body().i32(), Operation.LINK, roomFor(call, Operation.LINK, Short.MAX_VALUE));
  }

  private Verdict<ShareRequest> space(ShareCall call) {
    return about(call, call.body().i32(), Operation.SPACE, STATFS_BYTES);
  }

  private Verdict<ShareRequest> about(ShareCall call, int fid, Operation operation, int data) {
    Optional<Fid> found = fids.find(fid);
    if (!call.body().isWhole()) {
      return call.error(Errno.EPROTO);
    }
    return found.isEmpty()
        ? call.error(Errno.EBADF)
        : call.ask(operation, fid, found.get(), List.of(), 0, data);
  }

  /** Returns how much data an answer can have: as much as its message and the guest's room hold. */
  private int roomFor(ShareCall call, Operation operation, int wanted) {
    int front = HEADER_BYTES + operation.fieldBytes();
    return Math.clamp(wanted, 0, Math.max(0, Math.min(most, call.chain().writableBytes()) - front));
  }

  private Verdict<ShareRequest> open(ShareCall call) {
    int fid = call.body().i32();
    int flags = call.body().i32();
    Optional<Fid> found = fids.find(fid);
    if (!call.body().isWhole()) {
      return call.error(Errno.EPROTO);
    }
    if (found.isEmpty() || found.get().isOpen()) {
      return call.error(Errno.EBADF);
    }
    return (flags & OPEN_WRITING) != 0
        ? call.error(Errno.EROFS)
        : call.ask(Operation.OPEN, fid, found.get(), List.of());
  }

  private Verdict<ShareRequest> read(ShareCall call, Operation operation, Fid.State state) {
    int fid = call.body().i32();
    long offset = call.body().i64();
    int count = call.body().i32();
    Optional<Fid> found = fids.find(fid);
    if (!call.body().isWhole()) {
      return call.error(Errno.EPROTO);
    }
    if (found.isEmpty() || !found.get().isOpen()) {
      return call.error(Errno.EBADF);
    }
    if (found.get().state() != state) {
      return call.error(state == Fid.State.FILE ? Errno.EISDIR : Errno.ENOTDIR);
    }
    if (offset < 0) {
      return call.error(Errno.EINVAL);
    }
    int wanted = count < 0 ? Integer.MAX_VALUE : count; // it has no sign
    int data = roomFor(call, operation, wanted);
    return call.ask(operation, fid, found.get(), List.of(), offset, data);
  }

  /** Nothing was written, so all of it is on disk. */
  private Verdict<ShareRequest> sync(ShareCall call) {
    int fid = call.body().i32();
    int _ = call.body().i32();
    return atOnce(call, fid, AnswerLayout.little(0));
  }

  /** Nobody else can lock anything, so every lock is granted. */
  private Verdict<ShareRequest> lock(ShareCall call) {
    int fid = call.body().i32();
    int _ = call.body().u8();
    int _ = call.body().i32();
    long _ = call.body().i64();
    long _ = call.body().i64();
    int _ = call.body().i32();
    String _ = call.body().string();
    return atOnce(call, fid, AnswerLayout.little(1).put((byte) 0));
  }

  private Verdict<ShareRequest> lockOf(ShareCall call) {
    int fid = call.body().i32();
    int _ = call.body().u8();
    long start = call.body().i64();
    long length = call.body().i64();
    int process = call.body().i32();
    byte[] client = SharePath.octets(call.body().string());
    return atOnce(
        call,
        fid,
        AnswerLayout.little(23 + client.length)
            .put((byte) LOCK_UNLOCKED)
            .putLong(start)
            .putLong(length)
            .putInt(process)
            .putShort((short) client.length)
            .put(client));
  }

  private Verdict<ShareRequest> atOnce(ShareCall call, int fid, ByteBuffer answer) {
    if (!call.body().isWhole()) {
      return call.error(Errno.EPROTO);
    }
    return fids.find(fid).isEmpty() ? call.error(Errno.EBADF) : call.answer(answer);
  }

  private Verdict<ShareRequest> clunk(ShareCall call) {
    int fid = call.body().i32();
    Verdict<ShareRequest> verdict = atOnce(call, fid, AnswerLayout.little(0));
    drop(call, fid);
    return verdict;
  }

  /** Nothing is removed, but the number is given up all the same. */
  private Verdict<ShareRequest> remove(ShareCall call) {
    int fid = call.body().i32();
    boolean known = call.body().isWhole() && fids.find(fid).isPresent();
    drop(call, fid);
    return call.error(known ? Errno.EROFS : Errno.EBADF);
  }

  private void drop(ShareCall call, int fid) {
    if (call.body().isWhole() && fids.find(fid).isPresent()) {
      fids.drop(fid);
    }
  }

  @Override
  public int response(ShareRequest request, Chain chain, ByteBuffer result) {
    int error = result.getInt(AnswerLayout.ERROR_OFFSET);
    int count = result.getInt(AnswerLayout.COUNT_OFFSET);
    Qid qid = Qid.at(result, AnswerLayout.QID_OFFSET);
    if (error == 0) {
      error = learn(request, count, qid);
    }
    if (error != 0) {
      forget(request);
      int known = error > 0 && error <= Errno.MAX ? error : Errno.EIO;
      return ShareCall.error(chain, request.tag(), known);
    }
    int most =
        request.operation() == Operation.WALK
            ? request.names().size()
            : Stretch.capacity(request.room());
    int done = Math.clamp(count, 0, most);
    int data = request.operation() == Operation.WALK ? done * QID_BYTES : done;
    ByteBuffer fields = AnswerLayout.little(QID_BYTES + Integer.BYTES);
    switch (request.operation()) {
      case ATTACH -> qid.put(fields);
      case OPEN -> {
        qid.put(fields);
        fields.putInt(0); // as much as a message holds can be read at once
      }
      case WALK, LINK -> fields.putShort((short) done);
      case READ, LIST -> fields.putInt(done);
      case ATTRIBUTES, SPACE, NOTHING -> {}
    }
    return ShareCall.answer(chain, request.operation().answerType(), request.tag(), fields, data);
  }

  /** Takes over what an answer says about a number of the guest's; returns an error, or 0. */
  private int learn(ShareRequest request, int count, Qid qid) {
    return switch (request.operation()) {
      case ATTACH -> filled(request, SharePath.ROOT);
      case WALK -> walked(request, count);
      case OPEN -> opened(request, qid);
      default -> 0;
    };
  }

  private int walked(ShareRequest request, int count) {
    if (count <= 0) {
      return Errno.EIO; // that the first name is not there is an error of its own
    }
    if (count < request.names().size()) {
      forget(request);
      return 0;
    }
    return filled(request, request.destination());
  }

  private int opened(ShareRequest request, Qid qid) {
    if (!isWalkedTo(request.fid(), request.path())) {
      return Errno.EBADF;
    }
    boolean directory = (qid.type() & QID_DIRECTORY) != 0;
    Fid.State state = directory ? Fid.State.DIRECTORY : Fid.State.FILE;
    fids.put(request.fid(), new Fid(request.path(), state, qid.path()));
    return 0;
  }

  /** The guest may have given a number up, or begun anew, while the question was under way. */
  private int filled(ShareRequest request, SharePath path) {
    int fid = request.fid();
    if (!fids.isReserved(fid, request.ticket().seq()) && !isWalkedTo(fid, request.path())) {
      return Errno.EBADF;
    }
    fids.put(fid, Fid.walked(path));
    return 0;
  }

  private boolean isWalkedTo(int fid, SharePath path) {
    return fids.find(fid).filter(found -> !found.isOpen() && found.path().equals(path)).isPresent();
  }

  /** Gives up the number that a question has reserved, if it has. */
  private void forget(ShareRequest request) {
    if (fids.isReserved(request.fid(), request.ticket().seq())) {
      fids.drop(request.fid());
    }
  }

  @Override
  public Optional<ShareRequest> forgotten(int queue) {
    fids.dropReserved();
    return Optional.empty();
  }

  @Override
  public ShareRequest exchange(StateExchange exchange, Ticket ticket, ShareRequest message) {
    return ShareRequest.exchange(exchange, ticket, message);
  }

  @Override
  public void exchange(StateExchange exchange) {
    most = exchange.number(most, 0, MAX_MESSAGE);
    fids.exchange(exchange);
  }
}
