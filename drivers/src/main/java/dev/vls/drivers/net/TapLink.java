package dev.vls.drivers.net;

import static dev.vls.drivers.libc.CLibrary.STATE;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.vls.drivers.libc.CLibrary;
import dev.vls.sma.HostException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A TAP interface of Linux: frames come from and go to the host's own network stack, for bridges
 * and routes. Needs /dev/net/tun and CAP_NET_ADMIN, or an interface that was made for this user
 * ({@code ip tuntap add}).
 */
public final class TapLink implements NetLink {
  private static final String DEVICE = "/dev/net/tun";
  private static final int NAME_BYTES = 16; // IFNAMSIZ
  private static final int IFREQ_BYTES = 40;
  private static final int O_RDWR = 2;
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final short IFF_TAP_NO_PI = 0x0002 | 0x1000;
  private static final short POLLIN = 1;
  private static final int POLL_MS = 200;

  private static final MethodHandle OPEN =
      CLibrary.function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle IOCTL =
      CLibrary.function("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
  private static final MethodHandle READ =
      CLibrary.function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      CLibrary.function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle POLL =
      CLibrary.function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOSE =
      CLibrary.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final String name;
  private final int descriptor;
  private final Consumer<HostException> failure;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment sendBuffer = arena.allocate(VirtioNetDevice.MAX_FRAME_BYTES);
  private final MemorySegment sendState = arena.allocate(STATE);
  private volatile boolean closed;
  private Thread reader = new Thread(); // until it is opened: joining it takes no time

  private TapLink(String name, int descriptor, Consumer<HostException> failure) {
    this.name = name;
    this.descriptor = descriptor;
    this.failure = failure;
  }

  /**
   * Opens an interface, and makes it if it does not exist.
   *
   * @param name of the interface, 1 to 15 octets
   * @param failure told once when it is gone
   * @throws HostException if it cannot be used: no device, no permission, in use
   */
  public static TapLink open(String name, Consumer<HostException> failure) throws HostException {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    if (octets.length == 0 || octets.length >= NAME_BYTES) {
      throw new HostException("'" + name + "' is not the name of a network interface");
    }
    try (Arena local = Arena.ofConfined()) {
      MemorySegment state = local.allocate(STATE);
      int descriptor = (int) OPEN.invokeExact(state, local.allocateFrom(DEVICE), O_RDWR);
      if (descriptor < 0) {
        throw refused(name, DEVICE + " cannot be opened", state);
      }
      MemorySegment request = local.allocate(IFREQ_BYTES);
      MemorySegment.copy(octets, 0, request, ValueLayout.JAVA_BYTE, 0, octets.length);
      request.set(JAVA_SHORT, NAME_BYTES, IFF_TAP_NO_PI);
      if ((int) IOCTL.invokeExact(state, descriptor, TUNSETIFF, request) < 0) {
        HostException refused = refused(name, "the kernel refuses it", state);
        int ignored = (int) CLOSE.invokeExact(state, descriptor);
        throw refused;
      }
      return new TapLink(name, descriptor, failure);
    } catch (HostException e) {
      throw e;
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }

  private static HostException refused(String name, String what, MemorySegment state) {
    int errno = CLibrary.errno(state);
    return new HostException(
        "the interface '%s' cannot be used: %s (error %d); it needs root, or 'ip tuntap add dev %s mode tap user ...' by root"
            .formatted(name, what, errno, name));
  }

  @Override
  public void open(Receiver receiver) {
    reader = Thread.ofPlatform().name("net-tap").daemon().start(() -> read(receiver));
  }

  private void read(Receiver receiver) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment state = local.allocate(STATE);
      MemorySegment buffer = local.allocate(VirtioNetDevice.MAX_FRAME_BYTES);
      MemorySegment poll = local.allocate(8, 4);
      poll.set(JAVA_INT, 0, descriptor);
      poll.set(JAVA_SHORT, 4, POLLIN);
      while (!closed) {
        int ready = (int) POLL.invokeExact(state, poll, 1L, POLL_MS);
        if (ready <= 0) {
          continue;
        }
        long count = (long) READ.invokeExact(state, descriptor, buffer, buffer.byteSize());
        if (count < 0) {
          failure.accept(refused(name, "nothing can be read from it", state));
          return;
        }
        if (count >= VirtioNetDevice.MIN_FRAME_BYTES) {
          receiver.frame(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
        }
      }
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }

  /** A frame that the kernel does not take, because the interface is down, is lost. */
  @Override
  public void send(byte[] frame) {
    try {
      MemorySegment.copy(frame, 0, sendBuffer, ValueLayout.JAVA_BYTE, 0, frame.length);
      long ignored =
          (long) WRITE.invokeExact(sendState, descriptor, sendBuffer, (long) frame.length);
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try (Arena local = Arena.ofConfined()) {
      reader.join();
      int ignored = (int) CLOSE.invokeExact(local.allocate(STATE), descriptor);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }
}
