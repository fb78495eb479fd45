package dev.vls.drivers.store;

import static dev.vls.drivers.store.StoreMessageLayout.*;

import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One client's connection: turns requests into operations on the tree and their results into
 * answers (ABI 9.2). Every request has exactly one answer, whatever its bytes.
 */
final class StoreProtocol {
  /** Longest token of a watch: path and token of its events have to fit into one message. */
  static final int MAX_TOKEN = MAX_PAYLOAD - StorePath.MAX_ABSOLUTE - 2;

  private static final byte[] OK = StoreText.bytes("OK\0");

  private final StoreTree tree;
  private final StoreReplies replies;
  private final StoreSession session;

  StoreProtocol(StoreTree tree, int domain, StoreReplies replies) {
    this.tree = tree;
    this.replies = replies;
    session = new StoreSession(domain, replies::event);
  }

  /** Drops what the client holds of the tree. */
  void reset() {
    tree.reset(session);
  }

  /** Answers one request and lets everything happen that follows from it. */
  void request(int type, int reqId, int txId, byte[] payload) {
    if (type == XS_WATCH) {
      watch(reqId, txId, payload);
    } else {
      try {
        byte[] answer = answer(type, txId, payload);
        if (answer.length > MAX_PAYLOAD) {
          throw new StoreException(StoreError.E2BIG);
        }
        replies.reply(type, reqId, txId, answer);
      } catch (StoreException refused) {
        refuse(reqId, txId, refused);
      }
    }
    tree.settle();
  }

  private void refuse(int reqId, int txId, StoreException refused) {
    replies.reply(XS_ERROR, reqId, txId, StoreText.bytes(refused.error().name() + '\0'));
  }

  private byte[] answer(int type, int txId, byte[] payload) throws StoreException {
    return switch (type) {
      case XS_DIRECTORY -> StoreText.payload(tree.directory(session, txId, only(payload)).names());
      case XS_DIRECTORY_PART -> directoryPart(txId, payload);
      case XS_READ -> tree.read(session, txId, only(payload));
      case XS_GET_PERMS ->
          StoreText.payload(tree.permissions(session, txId, only(payload)).texts());
      case XS_SET_PERMS -> setPermissions(txId, payload);
      case XS_WRITE -> write(txId, payload);
      case XS_MKDIR -> change(txId, new StoreChange.MakeDirectory(only(payload)));
      case XS_RM -> change(txId, new StoreChange.Remove(only(payload)));
      case XS_UNWATCH -> unwatch(payload);
      case XS_RESET_WATCHES -> resetWatches();
      case XS_TRANSACTION_START -> startTransaction(txId);
      case XS_TRANSACTION_END -> endTransaction(txId, payload);
      case XS_GET_DOMAIN_PATH -> StoreText.bytes(StorePath.home(domain(payload)) + '\0');
      case XS_IS_DOMAIN_INTRODUCED ->
          StoreText.bytes(tree.introduced(domain(payload)) ? "T\0" : "F\0");
      case XS_CONTROL, XS_INTRODUCE, XS_RELEASE, XS_RESUME, XS_SET_TARGET ->
          throw new StoreException(StoreError.EACCES);
      default -> throw new StoreException(StoreError.ENOSYS);
    };
  }

  private StorePath path(String text) throws StoreException {
    return StorePath.parse(text, session.domain());
  }

  /** Returns the path that is all of the payload. */
  private StorePath only(byte[] payload) throws StoreException {
    return path(single(payload));
  }

  private static String single(byte[] payload) throws StoreException {
    List<String> strings = StoreText.strings(payload);
    if (strings.size() != 1) {
      throw new StoreException(StoreError.EINVAL);
    }
    return strings.getFirst();
  }

  private static int domain(byte[] payload) throws StoreException {
    return StoreText.domain(single(payload));
  }

  private byte[] change(int txId, StoreChange change) throws StoreException {
    tree.change(session, txId, change);
    return OK;
  }

  private byte[] write(int txId, byte[] payload) throws StoreException {
    int end = 0;
    while (end < payload.length && payload[end] != 0) {
      end++;
    }
    if (end == payload.length) {
      throw new StoreException(StoreError.EINVAL);
    }
    byte[] value = Arrays.copyOfRange(payload, end + 1, payload.length);
    return change(txId, new StoreChange.Write(path(StoreText.text(payload, 0, end)), value));
  }

  private byte[] setPermissions(int txId, byte[] payload) throws StoreException {
    List<String> strings = StoreText.strings(payload);
    if (strings.size() < 2) {
      throw new StoreException(StoreError.EINVAL);
    }
    StorePermissions wanted = StorePermissions.parse(strings.subList(1, strings.size()));
    return change(txId, new StoreChange.SetPermissions(path(strings.getFirst()), wanted));
  }

  private byte[] directoryPart(int txId, byte[] payload) throws StoreException {
    List<String> strings = StoreText.strings(payload);
    if (strings.size() != 2) {
      throw new StoreException(StoreError.EINVAL);
    }
    StoreNode node = tree.directory(session, txId, path(strings.getFirst()));
    int skip = (int) StoreText.number(strings.get(1), Integer.MAX_VALUE);
    return part(node, skip);
  }

  /**
   * Returns the generation and whole names from byte {@code skip} of the list on; an empty name
   * marks the list's end.
   */
  private static byte[] part(StoreNode node, int skip) {
    StringBuilder text = new StringBuilder().append(node.generation()).append('\0');
    int position = 0;
    for (String name : node.names()) {
      if (position >= skip) {
        if (text.length() + name.length() + 1 > MAX_PAYLOAD) {
          return StoreText.bytes(text.toString());
        }
        text.append(name).append('\0');
      }
      position += name.length() + 1;
    }
    return StoreText.bytes(
        text.length() < MAX_PAYLOAD ? text.append('\0').toString() : text.toString());
  }

  /** Registers a watch; its first event comes behind the answer. */
  private void watch(int reqId, int txId, byte[] payload) {
    try {
      StoreWatch watch = parseWatch(payload);
      tree.watch(watch);
      replies.reply(XS_WATCH, reqId, txId, OK);
      tree.firstEvent(watch);
    } catch (StoreException refused) {
      refuse(reqId, txId, refused);
    }
  }

  private StoreWatch parseWatch(byte[] payload) throws StoreException {
    List<String> strings = new ArrayList<>(StoreText.strings(payload));
    if (strings.size() != 2 && strings.size() != 3) {
      throw new StoreException(StoreError.EINVAL);
    }
    String text = strings.get(0);
    String token = strings.get(1);
    if (token.length() > MAX_TOKEN) {
      throw new StoreException(StoreError.E2BIG);
    }
    StorePath path = path(text);
    boolean relative = !path.special() && !text.startsWith("/");
    int depth =
        strings.size() == 3
            ? (int) StoreText.number(strings.get(2), Integer.MAX_VALUE)
            : StoreWatch.ANY_DEPTH;
    int cut = relative ? StorePath.home(session.domain()).length() + 1 : 0;
    return new StoreWatch(session, path, token, depth, cut);
  }

  private byte[] unwatch(byte[] payload) throws StoreException {
    List<String> strings = StoreText.strings(payload);
    if (strings.size() != 2) {
      throw new StoreException(StoreError.EINVAL);
    }
    tree.unwatch(session, path(strings.get(0)), strings.get(1));
    return OK;
  }

  private byte[] resetWatches() {
    tree.reset(session);
    return OK;
  }

  private byte[] startTransaction(int txId) throws StoreException {
    if (txId != 0) {
      throw new StoreException(StoreError.EBUSY);
    }
    return StoreText.bytes(Integer.toUnsignedString(tree.startTransaction(session)) + '\0');
  }

  private byte[] endTransaction(int txId, byte[] payload) throws StoreException {
    if (txId == 0) {
      throw new StoreException(StoreError.ENOENT);
    }
    switch (single(payload)) {
      case "T" -> tree.commit(session, txId);
      case "F" -> tree.abort(session, txId);
      default -> throw new StoreException(StoreError.EINVAL);
    }
    return OK;
  }

  /** Returns the client's session. */
  StoreSession session() {
    return session;
  }

  void exchange(StateExchange exchange) {
    session.exchange(exchange, tree.quota().transactionNodes());
    replies.exchange(exchange);
  }
}
