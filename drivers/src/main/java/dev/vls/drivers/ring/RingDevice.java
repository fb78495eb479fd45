package dev.vls.drivers.ring;

import dev.vls.sma.OutputMessage;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What makes one kind of split device different from another, inside: its nodes, and the meaning of
 * its ring's entries.
 *
 * <p>Give one to {@link XenbusBackendPort}, and complete its messages by their {@link Ticket} from
 * a {@link dev.vls.sma.Backend}; nothing else is needed for a new device.
 *
 * <p>Functions of their arguments and of the device's configuration alone; domain's thread. Every
 * byte of an entry is hostile.
 *
 * @param <M> what the port tells the back-end of a request
 */
public interface RingDevice<M extends OutputMessage> {
  /**
   * What becomes of a request.
   *
   * @param <M> as the device's
   */
  sealed interface Verdict<M extends OutputMessage> {}

  /** The request goes to the back-end. */
  record Serve<M extends OutputMessage>(M message) implements Verdict<M> {}

  /**
   * The request is answered here and now with a response entry, without a back-end: malformed, or
   * trivial.
   */
  record Answer<M extends OutputMessage>(byte[] response) implements Verdict<M> {}

  /** Returns the device's name in XenStore, such as {@code vbd}. */
  String type();

  /** Returns the size of a ring entry, the larger of request and response. */
  int entryBytes();

  /** Returns nodes that the toolstack writes for the front-end. */
  default SortedMap<String, String> frontNodes() {
    return new TreeMap<>();
  }

  /** Returns nodes that the back-end publishes before {@code InitWait}. */
  default SortedMap<String, String> features() {
    return new TreeMap<>();
  }

  /** Returns nodes that the back-end publishes before {@code Connected}. */
  default SortedMap<String, String> geometry() {
    return new TreeMap<>();
  }

  /**
   * Whether a back-end answers every request of its own accord, as a disk does. False where a
   * request waits for the world, such as a buffer for what may be received: then virtual time goes
   * on meanwhile.
   */
  default boolean prompt() {
    return true;
  }

  /**
   * Decodes a request.
   *
   * @param ticket goes into the message, so that the back-end can complete it
   * @param entry private copy of the ring entry, little-endian
   * @param grants for the pages that the request names
   */
  Verdict<M> request(Ticket ticket, ByteBuffer entry, RequestGrants grants);

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

  /**
   * Forms the response of a request that a back-end has completed.
   *
   * @param request the message it was given
   * @param result what it reported, {@link Ticket#RESULT_BYTES} bytes, little-endian
   */
  byte[] response(M request, ByteBuffer result);
}
