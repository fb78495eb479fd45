package dev.vls.vmm.memory;

import dev.vls.vmm.StateExchange;
import java.util.Map;
import java.util.TreeMap;

/** Routes guest-physical accesses that no frame answers to devices. */
public final class MmioBus implements StateExchange.Restorable {
  private record Window(long base, long size, MmioDevice device) {}

  private final TreeMap<Long, Window> windows = new TreeMap<>();

  /** A bus with no devices. */
  public MmioBus() {}

  /**
   * Places a device.
   *
   * @param base guest-physical address of its first byte
   * @param size bytes it answers to
   * @throws IllegalArgumentException if the window overlaps another
   */
  public void attach(long base, long size, MmioDevice device) {
    Map.Entry<Long, Window> before = windows.lowerEntry(base + size);
    if (before != null && before.getValue().base() + before.getValue().size() > base) {
      throw new IllegalArgumentException(
          "device window 0x"
              + Long.toHexString(base)
              + " overlaps 0x"
              + Long.toHexString(before.getKey()));
    }
    windows.put(base, new Window(base, size, device));
  }

  /** Reads {@code bytes} bytes at guest-physical {@code physical}; see {@link MmioDevice#read}. */
  public long read(long physical, int bytes) throws AccessFaultException {
    Window window = window(physical, bytes);
    return window.device().read(physical - window.base(), bytes);
  }

  /**
   * Writes {@code bytes} bytes at guest-physical {@code physical}; see {@link MmioDevice#write}.
   */
  public void write(long physical, int bytes, long value) throws AccessFaultException {
    Window window = window(physical, bytes);
    window.device().write(physical - window.base(), bytes, value);
  }

  @Override
  public void exchange(StateExchange exchange) {
    windows.values().forEach(window -> window.device().exchange(exchange));
  }

  private Window window(long physical, int bytes) throws AccessFaultException {
    Map.Entry<Long, Window> entry = windows.floorEntry(physical);
    if (entry == null || physical - entry.getKey() > entry.getValue().size() - bytes) {
      throw AccessFaultException.INSTANCE;
    }
    return entry.getValue();
  }
}
