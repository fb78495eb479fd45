package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** A web server on this host that has one page, and a client for those of guests. */
final class HostWeb implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(4);

  private final ServerSocket listener;
  private final byte[] page;

  /** Serves {@code page}, whatever is asked for, at a free port of loopback. */
  HostWeb(byte[] page) throws IOException {
    this.page = page.clone();
    this.listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  /** Returns where it serves. */
  int port() {
    return listener.getLocalPort();
  }

  private void serve() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> answer(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void answer(Socket client) {
    String head = "HTTP/1.0 200 OK\r\nContent-Length: " + page.length + "\r\n\r\n";
    try (client;
        OutputStream out = client.getOutputStream()) {
      for (int length = line(client); length > 0; ) {
        length = line(client); // the request's headers, up to an empty line
      }
      out.write(head.getBytes(US_ASCII));
      out.write(page);
    } catch (IOException e) {
      // the client has left, and asks again if it wants to
    }
  }

  private static int line(Socket client) throws IOException {
    int length = 0;
    for (int octet = client.getInputStream().read();
        octet >= 0 && octet != '\n';
        octet = client.getInputStream().read()) {
      length += octet == '\r' ? 0 : 1;
    }
    return length;
  }

  /**
   * Returns a page of a guest whose web server is forwarded to {@code port}; asks until it has it.
   */
  static byte[] get(int port, String page) throws Exception {
    long end = System.nanoTime() + LIMIT_NS;
    while (true) {
      HttpURLConnection request =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + page).toURL().openConnection();
      request.setConnectTimeout(TIMEOUT_MS);
      request.setReadTimeout(TIMEOUT_MS);
      try {
        return request.getInputStream().readAllBytes();
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50); // nothing tells when the guest listens
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
