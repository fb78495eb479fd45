package dev.vls.drivers.block;

import dev.vls.drivers.ring.Stretch;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import dev.vls.sma.ProgramResult;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A disk's outside half: does what its port asks for on a {@link DiskImage}, one request after the
 * other on a thread of its own.
 *
 * <p>It knows nothing of rings: requests name pages and sectors, and are completed by ticket. Its
 * queue is bounded by the requests that a port lets be under way.
 */
public final class BlockBackend implements Backend {
  private static final long CLOSE_MS = 10_000;
  private static final byte[] ZEROS = new byte[64 << 10];

  private final String name;
  private final DiskImage image;
  private final Consumer<HostException> warning;
  private final Consumer<HostException> failure;
  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile Channel channel;
  private boolean warned;

  /** What the thread has to do. */
  private sealed interface Work {}

  private record Serve(Channel channel, BlockRequest request) implements Work {}

  /** A page turned out not to be granted any more: the request is completed without data. */
  private record Refuse(Channel channel, BlockRequest request) implements Work {}

  private record Stop() implements Work {}

  /** Creates a back-end that tells one listener of everything; see the other constructor. */
  public BlockBackend(String name, DiskImage image, Consumer<HostException> failure) {
    this(name, image, failure, failure);
  }

  /**
   * Creates the back-end and its thread.
   *
   * @param name of the disk, in words for people
   * @param image the disk; closed with the back-end
   * @param warning told the first time that the image does not do what was asked for; the guest
   *     hears of each time by its request's status, and goes on. Back-end's thread
   * @param failure told when the image cannot be closed, of which no guest hears. Closing thread
   */
  public BlockBackend(
      String name,
      DiskImage image,
      Consumer<HostException> warning,
      Consumer<HostException> failure) {
    this.name = name;
    this.image = image;
    this.warning = warning;
    this.failure = failure;
    thread = Thread.ofPlatform().name("block-" + name).daemon().start(this::run);
  }

  /** Returns how many requests were served. Any thread. */
  public long requests() {
    return requests.get();
  }

  /** Returns how many of them failed. Any thread. */
  public long errors() {
    return errors.get();
  }

  @Override
  public void attach(Channel next) {
    queue.clear(); // the port is about to say again what is under way
    channel = next;
  }

  @Override
  public void accept(OutputMessage message) {
    queue.add(new Serve(channel, (BlockRequest) message));
  }

  private void run() {
    try {
      for (Work next = queue.take(); !(next instanceof Stop); next = queue.take()) {
        switch (next) {
          case Serve serve -> serve(serve.channel(), serve.request());
          case Refuse refuse ->
              complete(refuse.channel(), refuse.request(), BlockRequest.Status.ERROR);
          case Stop stop -> throw new IllegalStateException("unreachable");
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Channel to, BlockRequest request) throws InterruptedException {
    requests.incrementAndGet();
    try {
      switch (request.operation()) {
        case READ -> read(to, request);
        case DISCARD -> complete(to, request, BlockRequest.Status.OKAY);
        case WRITE_ZEROES -> {
          zero(request.sector(), request.sectors());
          complete(to, request, BlockRequest.Status.OKAY);
        }
        case WRITE -> {
          image.write(request.sector(), request.data(), 0, request.data().length);
          complete(to, request, BlockRequest.Status.OKAY);
        }
        case FLUSH -> {
          if (request.sectors() > 0) {
            image.write(request.sector(), request.data(), 0, request.data().length);
          }
          image.flush();
          complete(to, request, BlockRequest.Status.OKAY);
        }
      }
    } catch (IOException cause) {
      warn(request, cause);
      complete(to, request, BlockRequest.Status.ERROR);
    } finally {
      to.taken(request.weight());
    }
  }

  private void zero(long sector, int sectors) throws IOException {
    int most = ZEROS.length / BlockConfig.SECTOR_BYTES;
    for (int done = 0; done < sectors; done += most) {
      int now = Math.min(most, sectors - done);
      image.write(sector + done, ZEROS, 0, now * BlockConfig.SECTOR_BYTES);
    }
  }

  private void warn(BlockRequest request, IOException cause) {
    errors.incrementAndGet();
    if (!warned) {
      warned = true;
      warning.accept(
          new HostException(
              "the disk %s fails to %s: %s; the guest is told so and goes on, and later failures of this disk are told to the guest alone"
                  .formatted(name, words(request), cause.getMessage()),
              cause));
    }
  }

  private static String words(BlockRequest request) {
    String verb =
        switch (request.operation()) {
          case READ -> "read";
          case WRITE -> "write";
          case DISCARD -> "discard";
          case WRITE_ZEROES -> "zero";
          case FLUSH -> "flush what was written";
        };
    return request.sectors() == 0
        ? verb
        : "%s %d sectors at %d".formatted(verb, request.sectors(), request.sector());
  }

  private static void complete(Channel to, BlockRequest request, BlockRequest.Status status)
      throws InterruptedException {
    to.push(request.complete(new Program(), status));
  }

  /** All data and the completion are one program: the guest sees all of it or nothing. */
  private void read(Channel to, BlockRequest request) throws IOException, InterruptedException {
    byte[] data = new byte[request.sectors() * BlockConfig.SECTOR_BYTES];
    image.read(request.sector(), data, 0, data.length);
    Program program = Stretch.fill(new Program(), to, request.segments(), data);
    to.push(
        request.complete(program, BlockRequest.Status.OKAY),
        result -> {
          if (result == ProgramResult.REVOKED) {
            queue.add(new Refuse(to, request));
          }
        });
  }

  /**
   * Ends the thread after the request it is at, and closes the image; other requests stay
   * outstanding in the port.
   */
  @Override
  public void close() {
    queue.clear();
    queue.add(new Stop());
    try {
      if (!thread.join(Duration.ofMillis(CLOSE_MS))) {
        thread.interrupt();
      }
      image.close();
    } catch (HostException cause) {
      failure.accept(cause);
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
