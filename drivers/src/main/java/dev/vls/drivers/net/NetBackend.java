package dev.vls.drivers.net;

import dev.vls.drivers.ring.Stretch;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * A network card's outside half: frames of the guest to a {@link NetLink}, and frames of the link
 * into the room that the guest gives.
 *
 * <p>Both directions drop rather than wait, as a network does: a frame of the guest's when {@link
 * #MOST_WAITING} wait for the link, and a frame that comes in when as many wait for the guest. All
 * drops are counted.
 */
public final class NetBackend implements Backend {
  /** Frames that wait in one direction. */
  static final int MOST_WAITING = 1024;

  private static final int FRAMES_PER_PROGRAM = 64;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final NetLink link;
  private final Consumer<HostException> failure;
  private final NetCounters counters = new NetCounters();
  private final LinkedBlockingQueue<Sending> sending = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread sender;
  private final Thread receiver;
  private volatile boolean closed;
  // Guarded by this.
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private final ArrayDeque<NetMessage.Room> rooms = new ArrayDeque<>();
  private Channel channel;

  private record Sending(Channel from, byte[] frame) {}

  /**
   * Creates the back-end and its threads.
   *
   * @param link is opened now, and closed with the back-end
   * @param failure told once when the link is gone: frames are dropped from there on
   */
  public NetBackend(String name, NetLink link, Consumer<HostException> failure) {
    this.link = link;
    this.failure = failure;
    sender = Thread.ofPlatform().name("net-send-" + name).daemon().start(this::send);
    receiver = Thread.ofPlatform().name("net-receive-" + name).daemon().start(this::receive);
    link.open(this::arrived);
  }

  /** Returns what was done so far. */
  public NetCounters counters() {
    return counters;
  }

  @Override
  public synchronized void attach(Channel next) {
    rooms.clear(); // the port is about to say again where there is room
    channel = next;
  }

  @Override
  public void accept(OutputMessage message) {
    switch ((NetMessage) message) {
      case NetMessage.Transmit(byte[] frame) -> transmit(frame);
      case NetMessage.Room room -> offer(room);
      case NetMessage.NoRoom none -> forget();
    }
  }

  private void transmit(byte[] frame) {
    Channel from = channel();
    if (!sending.offer(new Sending(from, frame))) {
      counters.countSendDropped();
      from.taken(frame.length);
    }
  }

  private synchronized Channel channel() {
    return channel;
  }

  private synchronized void offer(NetMessage.Room room) {
    rooms.add(room);
    notifyAll();
  }

  private synchronized void forget() {
    rooms.clear();
  }

  private void send() {
    boolean gone = false;
    try {
      while (true) {
        Sending next = sending.take();
        if (closed) {
          return;
        }
        if (gone) {
          counters.countSendDropped();
        } else {
          gone = !send(next.frame());
        }
        next.from().taken(next.frame().length);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean send(byte[] frame) throws InterruptedException {
    try {
      link.send(frame);
      counters.countSent();
      return true;
    } catch (HostException cause) {
      counters.countSendDropped();
      if (!closed) {
        failure.accept(cause);
      }
      return false;
    }
  }

  /** A frame has come by the link. */
  private synchronized void arrived(byte[] frame) {
    if (waiting.size() == MOST_WAITING) {
      counters.countReceiveDropped();
      return;
    }
    waiting.add(frame);
    notifyAll();
  }

  private void receive() {
    try {
      while (true) {
        Delivery next = next();
        next.channel().push(next.program());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private record Delivery(Channel channel, Program program) {}

  /** Waits for frames and room, and makes one program of as many as there are. */
  private synchronized Delivery next() throws InterruptedException {
    Program program = new Program();
    int frames = 0;
    while (frames == 0) {
      while (waiting.isEmpty() || rooms.isEmpty()) {
        wait();
      }
      while (frames < FRAMES_PER_PROGRAM && !waiting.isEmpty() && !rooms.isEmpty()) {
        frames += put(program, waiting.remove());
      }
    }
    return new Delivery(channel, program);
  }

  /** Puts a frame into the next room; returns how many frames that were. */
  private int put(Program program, byte[] frame) {
    NetMessage.Room room = rooms.element();
    if (frame.length > Stretch.capacity(room.room())) {
      counters.countReceiveDropped();
      return 0;
    }
    rooms.remove();
    Stretch.fill(program, channel, room.room(), frame);
    room.complete(program, frame.length);
    counters.countReceived();
    return 1;
  }

  /**
   * Ends the threads and the link; what waits is dropped. A frame that is being sent may go: an
   * interrupt in the middle would close a socket, and that looks as if the peer had.
   */
  @Override
  public void close() {
    closed = true;
    receiver.interrupt();
    sending.clear();
    boolean ignored = sending.offer(new Sending(channel(), new byte[0])); // wakes it up
    try {
      if (!sender.join(CLOSE_LIMIT)) {
        sender.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    link.close();
  }
}
