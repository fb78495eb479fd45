package dev.vls.replay.cli;

import dev.vls.drivers.console.RelayClient;
import dev.vls.drivers.console.RelayClientConfig;
import dev.vls.sma.HostException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vls console}. */
@Command(
    name = "console",
    header = "Connects to the console of a leader and its follower.",
    description = {
      "Standard input goes to the guest, the guest's console to standard output.",
      "When the leader dies the client goes on with the next address; each byte arrives once and in"
          + " order, both ways.",
      "Ends with the run, when no address has answered for half a minute, or on Ctrl-C."
    })
final class ConsoleCommand implements Callable<Integer> {
  private static final int CHUNK_BYTES = 4096;

  @Parameters(
      paramLabel = "[HOST:]PORT",
      split = ",",
      arity = "1..*",
      converter = AddressConverter.class,
      description = "The leader's and the follower's console, with a comma between them.")
  private List<InetSocketAddress> addresses;

  @Override
  public Integer call() throws Exception {
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    CompletableFuture<Void> over = new CompletableFuture<>();
    try (RelayClient client =
        RelayClient.start(
            addresses,
            RelayClientConfig.DEFAULT,
            bytes -> write(out, bytes, over),
            over::completeExceptionally,
            () -> over.complete(null))) {
      Thread.ofPlatform().name("vls-stdin").daemon().start(() -> forward(client, over));
      over.get();
      return ExitCode.OK;
    } catch (ExecutionException e) {
      throw new HostException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static void write(FileOutputStream out, byte[] bytes, CompletableFuture<Void> over) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      over.completeExceptionally(e);
    }
  }

  /** Sends standard input until it ends; output goes on. */
  private static void forward(RelayClient client, CompletableFuture<Void> over) {
    byte[] buffer = new byte[CHUNK_BYTES];
    try (InputStream in = new FileInputStream(FileDescriptor.in)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        client.send(Arrays.copyOf(buffer, count));
      }
    } catch (IOException e) {
      over.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
