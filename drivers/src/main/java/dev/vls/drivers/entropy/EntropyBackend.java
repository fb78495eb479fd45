package dev.vls.drivers.entropy;

import dev.vls.drivers.ring.Stretch;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** Random bytes from a generator, on a thread of its own. */
public final class EntropyBackend implements Backend {
  private final RandomGenerator random;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("entropy").daemon().factory());
  private volatile Channel channel;

  /**
   * Creates the back-end.
   *
   * @param random used on the back-end's thread only; a {@link java.security.SecureRandom}, mostly
   */
  public EntropyBackend(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public void attach(Channel given) {
    channel = given;
  }

  @Override
  public void accept(OutputMessage message) {
    Channel to = channel; // what an earlier attachment was asked is asked again
    thread.execute(() -> serve(to, (EntropyRequest) message));
  }

  /** Bytes and answer are one program: the guest sees both at one instant, or neither. */
  private void serve(Channel to, EntropyRequest request) {
    byte[] bytes = new byte[Stretch.capacity(request.room())];
    random.nextBytes(bytes);
    Program program = Stretch.fill(new Program(), to, request.room(), bytes);
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
