package dev.vls.replay.example;

import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** The outside half: free to be non-deterministic, on a thread of its own. */
final class EntropyBackend implements Backend {
  private final RandomGenerator random;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("entropy").daemon().factory());
  private volatile Channel channel;

  EntropyBackend(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public void attach(Channel given) {
    channel = given;
  }

  @Override
  public void accept(OutputMessage message) {
    Channel to = channel; // what an earlier attachment was asked stays unanswered
    thread.execute(() -> serve(to, (EntropyDevice.Request) message));
  }

  /** Data and answer are one program: the guest sees both at one instant, or neither. */
  private void serve(Channel to, EntropyDevice.Request request) {
    byte[] bytes = new byte[request.bytes()];
    random.nextBytes(bytes);
    Program program = new Program().target(request.page()).store(0, bytes);
    try {
      to.push(request.ticket().complete(program, new byte[0]));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
