package dev.vls.bench.guest;

import dev.vls.drivers.net.VirtioNetDevice;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A network at a Unix domain socket that sends every frame back: each comes and goes behind its
 * length in four bytes, the highest first. It has a thread of its own and serves one connection
 * after another; one that announces a frame that cannot be is ended.
 */
public final class EchoServer implements AutoCloseable {
  private static final String FILE_NAME = "echo.sock";
  private static final int BUFFER_BYTES = 256 << 10;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final Path path;
  private final ServerSocketChannel server;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Thread thread;

  private EchoServer(Path path, ServerSocketChannel server) {
    this.path = path;
    this.server = server;
    thread = Thread.ofPlatform().name("net-echo").daemon().start(this::serve);
  }

  /**
   * Begins to listen.
   *
   * @param folder where the socket lies; one from before is replaced
   * @throws HostException if it cannot be made
   */
  public static EchoServer open(Path folder) throws HostException {
    Path path = folder.resolve(FILE_NAME);
    try {
      Files.deleteIfExists(path);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        return new EchoServer(path, server.bind(UnixDomainSocketAddress.of(path)));
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new HostException(
          "the bench's network " + path + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** Returns the socket that it listens at. */
  public Path path() {
    return path;
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel peer = server.accept()) {
        echo(peer);
      } catch (IOException gone) {
        // the peer has ended, or this is being closed: the guest says what it misses
      }
    }
  }

  private void echo(SocketChannel peer) throws IOException {
    buffer.clear();
    while (peer.read(buffer) >= 0) {
      int whole = wholeFrames(buffer.duplicate().flip());
      if (whole < 0) {
        return;
      }
      ByteBuffer frames = buffer.duplicate().position(0).limit(whole);
      while (frames.hasRemaining()) {
        peer.write(frames);
      }
      buffer.flip().position(whole);
      buffer.compact();
    }
  }

  /** Returns how many bytes are frames that have come to their end; -1 if one cannot be. */
  private static int wholeFrames(ByteBuffer input) {
    while (input.remaining() >= Integer.BYTES) {
      int length = input.getInt(input.position());
      if (length < 0 || length > VirtioNetDevice.MAX_FRAME_BYTES) {
        return -1;
      }
      if (input.remaining() < Integer.BYTES + length) {
        break;
      }
      input.position(input.position() + Integer.BYTES + length);
    }
    return input.position();
  }

  /** Ends the connection, the thread and the socket. */
  @Override
  public void close() {
    thread.interrupt(); // closes what it reads from or writes to
    try {
      server.close();
      boolean ignored = thread.join(CLOSE_LIMIT);
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // it goes with the bench's folder
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
