package dev.vls.drivers.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A stream to whichever client is connected; never fails. What cannot be delivered waits for the
 * next client, the newest bytes of it.
 *
 * <p>One thread writes; any thread connects.
 */
final class SocketOutput extends OutputStream {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final int backlogBytes;
  private final StreamBuffer backlog = new StreamBuffer(0); // writer's thread
  private SocketChannel client; // guarded by this

  SocketOutput(int backlogBytes) {
    this.backlogBytes = backlogBytes;
  }

  /** Makes {@code next} the client; the one before is closed. */
  synchronized void connect(SocketChannel next) {
    close();
    client = next;
  }

  /** Forgets and closes {@code gone}, unless another client has come since. */
  synchronized void disconnect(SocketChannel gone) {
    if (gone.equals(client)) {
      close();
    }
  }

  private synchronized SocketChannel client() {
    return client;
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    backlog.append(bytes, offset, length);
    SocketChannel target = client();
    while (target != null && backlog.size() > 0) {
      if (!send(target)) {
        disconnect(target);
        target = client();
      }
    }
    backlog.keep(backlogBytes);
  }

  private boolean send(SocketChannel target) {
    try {
      int sent = target.write(ByteBuffer.wrap(backlog.copy(backlog.base(), CHUNK_BYTES)));
      backlog.trim(backlog.base() + sent);
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      try {
        client.close();
      } catch (IOException unimportant) {
        // Closing is all that was wanted of it, and a closed channel is what it is now.
      }
      client = null;
    }
  }
}
