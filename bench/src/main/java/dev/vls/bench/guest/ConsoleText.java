package dev.vls.bench.guest;

import dev.vls.drivers.console.RelayClient;
import dev.vls.drivers.console.RelayClientConfig;
import dev.vls.sma.HostException;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A client of a leader's console that keeps all that it says. */
final class ConsoleText implements AutoCloseable {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<String> over = new CompletableFuture<>();
  private final RelayClient client;

  /** Starts to connect. */
  ConsoleText(InetSocketAddress address) {
    client =
        RelayClient.start(
            List.of(address),
            RelayClientConfig.DEFAULT,
            bytes::writeBytes,
            over::completeExceptionally,
            () -> over.complete(bytes.toString(StandardCharsets.ISO_8859_1)));
  }

  /**
   * Waits for the run's end and returns all that the guest said.
   *
   * @throws HostException if the end is not told
   */
  String text() throws HostException, InterruptedException {
    try {
      return over.get();
    } catch (ExecutionException e) {
      throw new HostException("the console is lost: " + e.getCause().getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
