package dev.vls.replay.demo;

import dev.vls.drivers.console.RelayClient;
import dev.vls.drivers.console.RelayClientConfig;
import dev.vls.sma.HostException;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client of the ledger on the pair's console: sends lines, takes lines, notices when the server
 * changes.
 */
public final class LedgerClient implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final RelayClient relay;
  private int server;
  private volatile long firstByteNs;
  private volatile HostException failure;

  /**
   * A line of the guest.
   *
   * @param text without its end
   * @param server how many servers this client has had so far
   */
  public record Line(String text, int server) {}

  /** Connects to the first of {@code consoles} that serves. */
  public LedgerClient(List<InetSocketAddress> consoles) {
    relay = RelayClient.start(consoles, RelayClientConfig.DEFAULT, this::take, this::failed);
  }

  /**
   * Sends a line, given without its end.
   *
   * @throws HostException if no server answers any more
   */
  public void send(String line) throws HostException, InterruptedException {
    relay.send((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Returns the next line.
   *
   * @throws HostException if none comes in time, or no server answers any more
   */
  public Line next() throws HostException, InterruptedException {
    for (int waited = 0; waited < PATIENCE_SECONDS; waited++) {
      Line line = lines.poll(1, TimeUnit.SECONDS);
      if (line != null) {
        return line;
      }
      if (failure != null) {
        throw failure;
      }
    }
    throw new HostException("the guest has said nothing for " + PATIENCE_SECONDS + " s");
  }

  @Override
  public void close() {
    relay.close();
  }

  /** Returns when, on {@link System#nanoTime}, the newest server's first byte came. */
  long firstByteNs() {
    return firstByteNs;
  }

  private void take(byte[] bytes) {
    if (relay.connections() != server) {
      server = relay.connections();
      firstByteNs = System.nanoTime();
    }
    for (byte octet : bytes) {
      if (octet == '\n') {
        lines.add(new Line(partial.toString(StandardCharsets.US_ASCII), server));
        partial.reset();
      } else if (octet != '\r') {
        partial.write(octet);
      }
    }
  }

  private void failed(HostException e) {
    failure = e;
  }
}
