package dev.vls.drivers.net;

import dev.vls.sma.HostException;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Frames over a stream socket, each behind its length in four bytes, the highest first: what passt
 * and other user-mode network helpers speak.
 */
public final class StreamLink implements NetLink {
  /** Longest frame that the peer may send. */
  static final int MAX_FRAME_BYTES = VirtioNetDevice.MAX_FRAME_BYTES;

  private static final int LENGTH_BYTES = 4;
  private static final int BUFFER_BYTES = 256 << 10;

  private final SocketChannel socket;
  private final String name;
  private final Consumer<HostException> failure;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ByteBuffer input = ByteBuffer.allocate(BUFFER_BYTES).flip();

  /**
   * Uses a connected socket, which is closed with the link.
   *
   * @param name of the peer, for people
   * @param failure told once when the peer is gone or says what cannot be
   */
  public StreamLink(SocketChannel socket, String name, Consumer<HostException> failure) {
    this.socket = socket;
    this.name = name;
    this.failure = failure;
  }

  /**
   * Connects to a Unix domain socket.
   *
   * @param failure as for the constructor
   * @throws HostException if nobody listens there
   */
  public static StreamLink connect(Path path, Consumer<HostException> failure)
      throws HostException {
    try {
      return new StreamLink(
          SocketChannel.open(UnixDomainSocketAddress.of(path)), path.toString(), failure);
    } catch (IOException cause) {
      throw new HostException(
          "the network socket " + path + " cannot be reached: " + cause.getMessage(), cause);
    }
  }

  @Override
  public void open(Receiver receiver) {
    Thread.ofVirtual().name("net-stream").start(() -> read(receiver));
  }

  private void read(Receiver receiver) {
    try {
      while (true) {
        int length = need(LENGTH_BYTES).getInt();
        if (length < 0 || length > MAX_FRAME_BYTES) {
          throw new IOException("it announces a frame of " + (length & 0xffff_ffffL) + " bytes");
        }
        byte[] frame = new byte[length];
        need(length).get(frame);
        if (length >= VirtioNetDevice.MIN_FRAME_BYTES) {
          receiver.frame(frame);
        }
      }
    } catch (IOException cause) {
      if (!closed.get()) {
        failure.accept(gone(cause));
      }
    }
  }

  /** Returns the input buffer with at least {@code bytes} in it. */
  private ByteBuffer need(int bytes) throws IOException {
    if (input.remaining() < bytes) {
      input.compact();
      while (input.position() < bytes) {
        if (socket.read(input) < 0) {
          throw new EOFException("it has closed the connection");
        }
      }
      input.flip();
    }
    return input;
  }

  @Override
  public void send(byte[] frame) throws HostException {
    ByteBuffer[] parts = {
      ByteBuffer.allocate(LENGTH_BYTES).putInt(frame.length).flip(), ByteBuffer.wrap(frame)
    };
    try {
      while (parts[1].hasRemaining()) {
        socket.write(parts);
      }
    } catch (IOException cause) {
      throw gone(cause);
    }
  }

  private HostException gone(IOException cause) {
    return new HostException(
        "the network at " + name + " is gone, and the guest has none: " + cause.getMessage(),
        cause);
  }

  @Override
  public void close() {
    closed.set(true);
    try {
      socket.close();
    } catch (IOException cause) {
      // nothing more was to go over it
    }
  }
}
