package dev.vls.drivers.virtio;

import dev.vls.drivers.ring.Ticket;
import dev.vls.sma.OutputMessage;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What makes one kind of virtio device different from another, inside: its number, its features,
 * its configuration space, and the meaning of what is in its queues.
 *
 * <p>Give one to {@link VirtioPort}, and complete its messages by their {@link Ticket} from a
 * {@link dev.vls.sma.Backend}. Functions of their arguments and of inside state alone; domain's
 * thread. Every byte of a request is hostile.
 *
 * @param <M> what the port tells the back-end of a request
 */
public interface VirtioDevice<M extends OutputMessage> extends StateExchange.Restorable {
  /**
   * What becomes of a request.
   *
   * @param <M> as the device's
   */
  sealed interface Verdict<M extends OutputMessage> {}

  /** The request goes to the back-end, which completes it later by its ticket. */
  record Serve<M extends OutputMessage>(M message) implements Verdict<M> {}

  /**
   * The back-end is told, and the request is done all the same, here and now.
   *
   * @param written bytes of the request's room that were stored to
   */
  record Tell<M extends OutputMessage>(M message, int written) implements Verdict<M> {}

  /**
   * The request is done here and now and concerns no back-end.
   *
   * @param written bytes of the request's room that were stored to
   */
  record Done<M extends OutputMessage>(int written) implements Verdict<M> {}

  /** Returns the device type (virtio 1.2, section 5). */
  int deviceId();

  /** Returns how many queues it has, 1 to 8. */
  int queues();

  /** Returns the features of its own that it offers, bits 0 to 23. */
  long features();

  /**
   * Returns whether a driver has to take VERSION_1. One that does not is of before virtio 1.0, and
   * only a device whose requests and configuration are the same for both may say no (virtio 1.2,
   * 6.1).
   */
  default boolean needsVersion1() {
    return true;
  }

  /**
   * The driver has chosen features, or reset the device.
   *
   * @param features those of {@link #features} that the driver takes; 0 after a reset
   */
  default void negotiated(long features) {}

  /** Returns the configuration space as it is now; not modified. */
  byte[] config();

  /**
   * Whether a back-end answers every request of its own accord, as a disk does. False where a
   * request waits for the world, such as a buffer for what may be received: then virtual time goes
   * on meanwhile.
   */
  default boolean prompt() {
    return true;
  }

  /** Returns whether requests of {@code queue} can be dealt with now; else they stay there. */
  default boolean takes(int queue) {
    return true;
  }

  /**
   * Deals with a request.
   *
   * @param ticket goes into the message, so that the back-end can complete it; its number is that
   *     of the loan under which the chain's room may be lent
   */
  Verdict<M> request(Ticket ticket, Chain chain);

  /**
   * Finishes a request that a back-end has completed.
   *
   * @param message what the back-end was given
   * @param chain the request
   * @param result what it reported, {@link Ticket#RESULT_BYTES} bytes, little-endian
   * @return how many bytes of the chain's room were stored to, by the back-end and here
   */
  int response(M message, Chain chain, ByteBuffer result);

  /**
   * Returns what the back-end is to be told when requests of {@code queue} were forgotten: the
   * driver has reset the device, and nothing will come of them.
   */
  default Optional<M> forgotten(int queue) {
    return Optional.empty();
  }

  /**
   * Passes a message that is under way as state. Devices that do not say how have no way back: then
   * a state with such requests in it is not restored.
   *
   * @param ticket the message's
   * @param message null if it is to come back
   * @return the same, or the one that came back
   */
  default M exchange(StateExchange exchange, Ticket ticket, M message) {
    exchange.oneWay(message::digest);
    return message;
  }

  /** Passes the device's own state; there is none unless it says so. */
  @Override
  default void exchange(StateExchange exchange) {}
}
