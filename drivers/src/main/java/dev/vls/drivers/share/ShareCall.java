package dev.vls.drivers.share;

import static dev.vls.drivers.share.NinePLayout.*;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.share.ShareRequest.Operation;
import dev.vls.drivers.virtio.Chain;
import dev.vls.drivers.virtio.VirtioDevice.Done;
import dev.vls.drivers.virtio.VirtioDevice.Serve;
import dev.vls.drivers.virtio.VirtioDevice.Verdict;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * One message of the guest and what can be said to it. Domain's thread.
 *
 * @param ticket for whatever a back-end has to answer
 * @param chain where the message is, and room for the answer
 * @param type of the message
 * @param tag the guest's name of it
 * @param body its fields
 */
record ShareCall(Ticket ticket, Chain chain, int type, int tag, MessageReader body) {
  /** How much of a message is looked at: more than any that is good has before its data. */
  private static final int MAX_READ = 8192;

  /** Returns the message in a chain, or nothing if none is there; its size field may lie. */
  static Optional<ShareCall> read(Ticket ticket, Chain chain) {
    int there = Math.min(chain.readableBytes(), MAX_READ);
    if (there < HEADER_BYTES) {
      return Optional.empty();
    }
    return chain
        .read(0, there)
        .flatMap(
            bytes -> {
              ByteBuffer header = AnswerLayout.little(HEADER_BYTES).put(0, bytes, 0, HEADER_BYTES);
              int size = header.getInt(SIZE_OFFSET);
              if (size < HEADER_BYTES || size > chain.readableBytes()) {
                return Optional.empty();
              }
              return Optional.of(
                  new ShareCall(
                      ticket,
                      chain,
                      header.get(TYPE_OFFSET) & 0xff,
                      header.getShort(TAG_OFFSET) & 0xffff,
                      new MessageReader(bytes, HEADER_BYTES, Math.min(size, there))));
            });
  }

  /** Answers that it cannot be done. */
  Verdict<ShareRequest> error(int errno) {
    return new Done<>(error(chain, tag, errno));
  }

  /** Stores an error as the answer; returns how many bytes that are. */
  static int error(Chain chain, int tag, int errno) {
    return answer(chain, RLERROR, tag, AnswerLayout.little(Integer.BYTES).putInt(errno), 0);
  }

  /** Answers with what {@code fields} holds up to its position. */
  Verdict<ShareRequest> answer(ByteBuffer fields) {
    if (chain.writableBytes() < HEADER_BYTES + fields.position()) {
      return error(Errno.EMSGSIZE);
    }
    return new Done<>(answer(chain, type + 1, tag, fields, 0));
  }

  /**
   * Stores an answer.
   *
   * @param fields its body up to its position
   * @param data bytes behind that which are there already
   * @return its size, or 0 if there is no room for it
   */
  static int answer(Chain chain, int type, int tag, ByteBuffer fields, int data) {
    int front = HEADER_BYTES + fields.position();
    if (chain.writableBytes() < front + data) {
      return 0;
    }
    byte[] bytes =
        AnswerLayout.little(front)
            .putInt(front + data)
            .put((byte) type)
            .putShort((short) tag)
            .put(fields.flip())
            .array();
    return chain.write(0, bytes) == front ? front + data : 0;
  }

  /** Passes a question on that is answered without data. */
  Verdict<ShareRequest> ask(Operation operation, int fid, Fid about, List<String> names) {
    return ask(operation, fid, about, names, 0, 0);
  }

  /**
   * Passes a question on.
   *
   * @param fid which of the guest's numbers the answer is about
   * @param about what is asked about; what is open has to be the same file still
   * @param offset where to read
   * @param data most bytes of the answer behind its fields, which the back-end may store
   */
  Verdict<ShareRequest> ask(
      Operation operation, int fid, Fid about, List<String> names, long offset, int data) {
    int front = HEADER_BYTES + operation.fieldBytes();
    Optional<List<Stretch>> room = chain.room(ticket.seq(), front, data);
    if (room.isEmpty() || chain.writableBytes() < Math.max(front, ERROR_BYTES)) {
      return error(Errno.EMSGSIZE);
    }
    long identity = about.isOpen() ? about.identity() : 0;
    return new Serve<>(
        new ShareRequest(
            ticket, operation, tag, fid, about.path(), names, identity, offset, room.get()));
  }
}
