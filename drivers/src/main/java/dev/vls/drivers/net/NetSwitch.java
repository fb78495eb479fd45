package dev.vls.drivers.net;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An Ethernet switch within this process: joins machines that are run as a library. It learns where
 * addresses are; frames to others and to groups go everywhere. Any thread.
 */
public final class NetSwitch {
  private static final int MOST_WAITING = 256;
  private static final int MOST_ADDRESSES = 1024;
  private static final int SOURCE_OFFSET = MacAddress.BYTES;

  private final List<Port> ports = new CopyOnWriteArrayList<>();
  private final Map<Long, Port> places = new HashMap<>(); // guarded by itself

  /** Creates a switch without ports. */
  public NetSwitch() {}

  /** Returns a new port, to be given to one {@link NetBackend}. */
  public NetLink port() {
    Port port = new Port();
    ports.add(port);
    return port;
  }

  private void forward(Port from, byte[] frame) {
    long destination = MacAddress.bits(frame, 0);
    Port place;
    synchronized (places) {
      learn(MacAddress.bits(frame, SOURCE_OFFSET), from);
      place = places.get(destination);
    }
    if (place != null && !MacAddress.isGroup(destination)) {
      if (place != from) {
        place.offer(frame);
      }
      return;
    }
    for (Port port : ports) {
      if (port != from) {
        port.offer(frame);
      }
    }
  }

  private void learn(long source, Port from) {
    boolean room = places.size() < MOST_ADDRESSES || places.containsKey(source);
    if (!MacAddress.isGroup(source) && room) {
      places.put(source, from);
    }
  }

  private void remove(Port port) {
    ports.remove(port);
    synchronized (places) {
      places.values().removeIf(place -> place == port);
    }
  }

  /** Has a queue and a thread, so that a slow machine holds up no other. */
  private final class Port implements NetLink {
    private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private Thread thread = new Thread(); // until it is opened

    /** Drops the frame if too many wait. */
    void offer(byte[] frame) {
      boolean ignored = queue.offer(frame.clone());
    }

    @Override
    public void open(Receiver receiver) {
      thread = Thread.ofVirtual().name("net-switch").start(() -> deliver(receiver));
    }

    private void deliver(Receiver receiver) {
      try {
        while (true) {
          receiver.frame(queue.take());
        }
      } catch (InterruptedException closed) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void send(byte[] frame) {
      forward(this, frame);
    }

    @Override
    public void close() {
      remove(this);
      thread.interrupt();
    }
  }
}
