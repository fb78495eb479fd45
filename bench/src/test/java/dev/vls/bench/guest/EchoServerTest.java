package dev.vls.bench.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vls.sma.HostException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoServerTest {
  @TempDir private Path folder;

  @Test
  void shouldSendFramesBackWhenTheyComeInPieces() throws Exception {
    byte[] frame = {1, 2, 3, 4, 5};
    try (EchoServer server = EchoServer.open(folder);
        Peer peer = new Peer(server)) {
      peer.out.writeInt(frame.length);
      peer.out.write(frame, 0, 2);
      peer.out.write(frame, 2, 3);
      peer.expect(frame);
      peer.out.writeInt(0);
      peer.expect(new byte[0]);
      byte[] longest = new byte[65_550];
      longest[65_549] = 7;
      peer.out.writeInt(longest.length);
      peer.out.write(longest);
      peer.expect(longest);
    }
    assertFalse(Files.exists(folder.resolve("echo.sock")));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_551, 0x7fff_ffff})
  void shouldEndTheConnectionAndServeTheNextWhenALengthIsNonsense(int length) throws Exception {
    try (EchoServer server = EchoServer.open(folder)) {
      try (Peer peer = new Peer(server)) {
        peer.out.writeInt(length);
        assertEquals(-1, peer.in.read());
      }
      try (Peer peer = new Peer(server)) {
        peer.out.writeInt(1);
        peer.out.write(9);
        peer.expect(new byte[] {9});
      }
    }
  }

  @Test
  void shouldEndTheConnectionWhenItIsClosed() throws Exception {
    EchoServer server = EchoServer.open(folder);
    try (Peer peer = new Peer(server)) {
      peer.out.writeInt(0);
      peer.expect(new byte[0]);
      server.close();
      assertEquals(-1, peer.in.read());
    }
  }

  @Test
  void shouldSayWhyWhenThereCanBeNoSocket() {
    HostException e =
        assertThrows(HostException.class, () -> EchoServer.open(folder.resolve("nowhere")));

    assertEquals(folder.resolve("nowhere/echo.sock").toString(), e.getMessage().split(" ", -1)[3]);
  }

  /** Who uses the network. */
  private static final class Peer implements AutoCloseable {
    private final SocketChannel channel;
    private final DataInputStream in;
    private final DataOutputStream out;

    Peer(EchoServer server) throws IOException {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(server.path()));
      in = new DataInputStream(Channels.newInputStream(channel));
      out = new DataOutputStream(Channels.newOutputStream(channel));
    }

    void expect(byte[] frame) throws IOException {
      assertEquals(frame.length, in.readInt());
      assertArrayEquals(frame, in.readNBytes(frame.length));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
