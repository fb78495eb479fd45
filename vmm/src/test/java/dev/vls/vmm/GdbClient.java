package dev.vls.vmm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The remote protocol of gdb, as far as a debugger of one hart needs it. Answers are not
 * acknowledged but by the next packet, which QEMU takes for that.
 */
final class GdbClient implements AutoCloseable {
  private static final long PATIENCE_MS = 10_000;
  private static final String INTERRUPT = "\u0003";

  private final SocketChannel socket;
  private final Selector readable = Selector.open();
  private final ByteBuffer input = ByteBuffer.allocate(8192).flip();

  /** Connects to a stub that listens at {@code path}. */
  GdbClient(Path path) throws IOException {
    socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(path));
    socket.configureBlocking(false);
    socket.register(readable, SelectionKey.OP_READ);
  }

  /** Sends a packet and returns the answer. */
  String ask(String command) throws IOException {
    int sum = command.chars().sum() & 0xff;
    write("$" + command + "#" + HexFormat.of().toHexDigits((byte) sum));
    return packet();
  }

  /** Sends a packet whose answer is known. */
  void require(String answer, String command) throws IOException {
    String found = ask(command);
    if (!found.equals(answer)) {
      throw new IOException("the stub answers '" + found + "' to " + command);
    }
  }

  /** Reads one of the stub's files, such as descriptions of registers. */
  String file(String name) throws IOException {
    StringBuilder all = new StringBuilder();
    String part = "m";
    while (part.startsWith("m")) {
      part = ask("qXfer:features:read:%s:%x,f00".formatted(name, all.length()));
      all.append(part, 1, part.length());
    }
    return all.toString();
  }

  /** Reads register {@code number}, of 64 bits. */
  long register(int number) throws IOException {
    return word(ask("p%x".formatted(number)), 0);
  }

  /** Sets register {@code number}. */
  void register(int number, long value) throws IOException {
    require("OK", "P%x=%s".formatted(number, hex(value)));
  }

  /** Reads {@code count} registers from the first on. */
  long[] registers(int count) throws IOException {
    String all = ask("g");
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = word(all, i * 16);
    }
    return values;
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(Long.reverseBytes(value));
  }

  private static long word(String hex, int at) throws IOException {
    if (hex.length() < at + 16) {
      throw new IOException("the stub gives no register: '" + hex + "'");
    }
    return Long.reverseBytes(HexFormat.fromHexDigitsToLong(hex, at, at + 16));
  }

  private void write(String bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(ISO_8859_1));
    while (buffer.hasRemaining()) {
      socket.write(buffer);
    }
  }

  private String packet() throws IOException {
    int octet = next();
    while (octet != '$') {
      octet = next(); // acknowledgements
    }
    StringBuilder data = new StringBuilder();
    for (octet = next(); octet != '#'; octet = next()) {
      data.append((char) (octet == '}' ? next() ^ 0x20 : octet));
    }
    int _ = next() + next(); // the sum: the socket does not damage anything
    return data.toString();
  }

  /** A hart that does not come to where it is awaited is interrupted. */
  private int next() throws IOException {
    while (!input.hasRemaining()) {
      if (readable.select(PATIENCE_MS) == 0) {
        write(INTERRUPT);
      }
      readable.selectedKeys().clear();
      int count = socket.read(input.clear());
      input.flip();
      if (count < 0) {
        throw new EOFException("the stub is gone");
      }
    }
    return input.get() & 0xff;
  }

  @Override
  public void close() throws IOException {
    readable.close();
    socket.close();
  }
}
