package dev.vls.sma;

import dev.vls.vmm.xen.Access;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * One stay of a back-end at a port: from its attachment until it is detached or has failed.
 *
 * <p>Once closed it gets no more messages, what it pushes is answered as detached, and its weight
 * is given back. Any thread, unless said.
 */
final class Attachment {
  private static final Backend NOBODY =
      new Backend() {
        @Override
        public void attach(Channel channel) {}

        @Override
        public void accept(OutputMessage message) {}

        @Override
        public void close() {}
      };

  private final PortBinding binding;
  private final Backend backend;
  private final BiConsumer<String, RuntimeException> failure;
  private final Map<Integer, Integer> readers = new TreeMap<>(); // domain's thread
  private final Map<Integer, Integer> writers = new TreeMap<>(); // domain's thread
  private volatile boolean open = true;

  /** Messages that wait in the gate; guarded by the gate. */
  int waiting;

  /** Weight that the back-end or the gate still holds for it; guarded by the backlog. */
  long weight;

  Attachment(PortBinding binding, Backend backend, BiConsumer<String, RuntimeException> failure) {
    this.binding = binding;
    this.backend = backend;
    this.failure = failure;
  }

  /**
   * The stay of back-ends that were attached where the run was before it came here: over, but for
   * the pins that they have left.
   */
  static Attachment elsewhere(PortBinding binding) {
    Attachment stay = new Attachment(binding, NOBODY, (name, cause) -> {});
    stay.close();
    return stay;
  }

  PortBinding binding() {
    return binding;
  }

  boolean open() {
    return open;
  }

  /** Ends the stay; when this returns no direct write is in progress and none will begin. */
  synchronized void close() {
    open = false;
  }

  /** Stores directly, unless the stay is over; {@link #close} waits for it. */
  synchronized void write(int address, byte[] source, int at, int length) {
    if (open) {
      System.arraycopy(source, at, binding.memory().bytes(), address, length);
    }
  }

  /** Hands a message over; a back-end that throws has failed. */
  void deliver(OutputMessage message) {
    if (open) {
      try {
        backend.accept(message);
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  /**
   * Runs code of the back-end; what it throws ends the stay and is reported, and goes no further.
   */
  void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void failed(RuntimeException cause) {
    close();
    failure.accept(binding.name(), cause);
  }

  /** Counts pins that the back-end has made itself. Domain's thread. */
  void pinned(int ref, Access access) {
    pins(access).merge(ref, 1, Integer::sum);
  }

  /** Takes one {@link #pinned} back; false if there is none. Domain's thread. */
  boolean unpinned(int ref, Access access) {
    Map<Integer, Integer> pins = pins(access);
    boolean found = pins.containsKey(ref);
    pins.computeIfPresent(ref, (key, count) -> count == 1 ? null : count - 1);
    return found;
  }

  /** Returns how often the back-end itself has pinned each grant for {@code access}. */
  Map<Integer, Integer> pins(Access access) {
    return access == Access.WRITE ? writers : readers;
  }
}
