package dev.vls.drivers.share;

import dev.vls.drivers.ring.Stretch;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A share's outside half: answers what its port asks about a {@link HostTree}, in order, on a
 * thread of its own. It remembers nothing from one request to the next. Its queue is bounded by the
 * requests that a port lets be under way.
 */
public final class ShareBackend implements Backend {
  private static final long CLOSE_MS = 10_000;
  private static final byte[] NONE = {};

  private final HostTree tree;
  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile Channel channel;

  private record Work(Channel channel, ShareRequest request) {
    static final Work STOP = new Work(null, null);
  }

  /** An answer's result and what goes into the request's room. */
  record Answer(byte[] result, byte[] data) {
    Answer(int count, Qid qid, byte[] data) {
      this(AnswerLayout.answer(count, qid), data);
    }

    Answer(byte[] data) {
      this(data.length, Qid.NONE, data);
    }
  }

  /**
   * Creates the back-end and its thread.
   *
   * @param tree what is shared; closed with the back-end
   */
  public ShareBackend(String name, HostTree tree) {
    this.tree = tree;
    thread = Thread.ofPlatform().name("share-" + name).daemon().start(this::run);
  }

  @Override
  public void attach(Channel next) {
    queue.clear(); // the port is about to say again what is under way
    channel = next;
  }

  @Override
  public void accept(OutputMessage message) {
    queue.add(new Work(channel, (ShareRequest) message));
  }

  private void run() {
    try {
      for (Work next = queue.take(); !next.equals(Work.STOP); next = queue.take()) {
        ShareRequest request = next.request();
        Answer answer = answer(tree, request);
        Program program =
            Stretch.fill(new Program(), next.channel(), request.room(), answer.data());
        next.channel().push(request.ticket().complete(program, answer.result()));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the answer to a request. */
  static Answer answer(HostTree tree, ShareRequest request) {
    SharePath path = request.path();
    long identity = request.identity();
    int room = Stretch.capacity(request.room());
    try {
      return switch (request.operation()) {
        case ATTACH -> new Answer(0, tree.look(path), NONE);
        case WALK -> walk(tree, request);
        case ATTRIBUTES -> new Answer(tree.describe(path, identity));
        case OPEN -> new Answer(0, tree.open(path), NONE);
        case READ -> new Answer(tree.read(path, identity, request.offset(), room));
        case LIST -> new Answer(tree.list(path, identity, request.offset(), room));
        case LINK -> new Answer(tree.link(path, room));
        case SPACE -> new Answer(tree.space(path));
        case NOTHING -> new Answer(NONE);
      };
    } catch (ErrnoException e) {
      return new Answer(AnswerLayout.error(e.errno()), NONE);
    }
  }

  /** Goes as far as there is something; that the first name is not there is an error. */
  private static Answer walk(HostTree tree, ShareRequest request) throws ErrnoException {
    ByteBuffer found = AnswerLayout.little(request.names().size() * NinePLayout.QID_BYTES);
    SharePath place = request.path();
    Qid qid = tree.look(place);
    int count = 0;
    try {
      for (String name : request.names()) {
        if ((qid.type() & NinePLayout.QID_DIRECTORY) == 0) {
          throw new ErrnoException(Errno.ENOTDIR);
        }
        place = place.step(name);
        qid = tree.look(place);
        qid.put(found);
        count++;
      }
    } catch (ErrnoException e) {
      if (count == 0) {
        throw e;
      }
    }
    return new Answer(count, qid, AnswerLayout.bytes(found));
  }

  @Override
  public void close() {
    queue.clear();
    queue.add(Work.STOP);
    try {
      if (thread.join(Duration.ofMillis(CLOSE_MS))) {
        tree.close();
      } // else it is in a call that does not come back, and what it uses has to stay
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
