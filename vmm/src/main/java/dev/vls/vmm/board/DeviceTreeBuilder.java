package dev.vls.vmm.board;

import static dev.vls.vmm.board.DeviceTreeLayout.BEGIN_NODE;
import static dev.vls.vmm.board.DeviceTreeLayout.END;
import static dev.vls.vmm.board.DeviceTreeLayout.END_NODE;
import static dev.vls.vmm.board.DeviceTreeLayout.HEADER_BYTES;
import static dev.vls.vmm.board.DeviceTreeLayout.LAST_COMPATIBLE_VALUE;
import static dev.vls.vmm.board.DeviceTreeLayout.MAGIC_VALUE;
import static dev.vls.vmm.board.DeviceTreeLayout.PROP;
import static dev.vls.vmm.board.DeviceTreeLayout.RESERVATION_BYTES;
import static dev.vls.vmm.board.DeviceTreeLayout.VERSION_VALUE;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Encodes a flattened device tree, version 17 (Devicetree Specification 0.4, chapter 5).
 *
 * <p>Calls follow the tree: {@link #begin}, the node's properties, its children, {@link #end}. The
 * result is a function of the calls alone. Not thread-safe.
 */
public final class DeviceTreeBuilder {
  private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final Map<String, Integer> stringOffsets = new LinkedHashMap<>();
  private int depth;
  private boolean closed;

  /** Creates an empty tree. */
  public DeviceTreeBuilder() {}

  /**
   * Opens a node below the current one; the first is the root.
   *
   * @param name node name with its unit address, empty for the root
   * @return this
   */
  public DeviceTreeBuilder begin(String name) {
    if (depth == 0 && (closed || !name.isEmpty())) {
      throw new IllegalStateException("node " + name + " outside the root");
    }
    depth++;
    word(BEGIN_NODE);
    padded(terminated(name));
    return this;
  }

  /** Closes the current node. */
  public DeviceTreeBuilder end() {
    checkOpen();
    word(END_NODE);
    depth--;
    closed = depth == 0;
    return this;
  }

  /** Adds a property without a value. */
  public DeviceTreeBuilder flag(String name) {
    return bytes(name, new byte[0]);
  }

  /** Adds a property of one or more 32-bit cells. */
  public DeviceTreeBuilder cells(String name, int... cells) {
    ByteBuffer value = ByteBuffer.allocate(cells.length * Integer.BYTES);
    for (int cell : cells) {
      value.putInt(cell);
    }
    return bytes(name, value.array());
  }

  /** Adds a property of one or more 64-bit values, two cells each. */
  public DeviceTreeBuilder longs(String name, long... values) {
    ByteBuffer value = ByteBuffer.allocate(values.length * Long.BYTES);
    for (long each : values) {
      value.putLong(each);
    }
    return bytes(name, value.array());
  }

  /** Adds a property of one or more strings. */
  public DeviceTreeBuilder text(String name, String... values) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    for (String each : values) {
      value.writeBytes(terminated(each));
    }
    return bytes(name, value.toByteArray());
  }

  /** Adds a property of any bytes. */
  public DeviceTreeBuilder bytes(String name, byte[] value) {
    checkOpen();
    word(PROP);
    word(value.length);
    word(stringOffset(name));
    padded(value);
    return this;
  }

  /**
   * Returns the blob, after the root was closed.
   *
   * @param bootHart the hart that boots
   */
  public byte[] build(int bootHart) {
    if (!closed) {
      throw new IllegalStateException("the root node is not closed");
    }
    int structureBytes = structure.size() + Integer.BYTES;
    int structureOffset = HEADER_BYTES + RESERVATION_BYTES;
    int stringsOffset = structureOffset + structureBytes;
    ByteBuffer blob = ByteBuffer.allocate(stringsOffset + strings.size());
    blob.putInt(MAGIC_VALUE).putInt(blob.capacity()).putInt(structureOffset).putInt(stringsOffset);
    blob.putInt(HEADER_BYTES).putInt(VERSION_VALUE).putInt(LAST_COMPATIBLE_VALUE).putInt(bootHart);
    blob.putInt(strings.size()).putInt(structureBytes);
    // One all-zero entry ends the list of memory reservations.
    blob.putLong(0).putLong(0);
    blob.put(structure.toByteArray()).putInt(END).put(strings.toByteArray());
    return blob.array();
  }

  private int stringOffset(String name) {
    return stringOffsets.computeIfAbsent(
        name,
        key -> {
          int offset = strings.size();
          strings.writeBytes(terminated(key));
          return offset;
        });
  }

  private void word(int value) {
    structure.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }

  private void padded(byte[] value) {
    structure.writeBytes(value);
    while (structure.size() % Integer.BYTES != 0) {
      structure.write(0);
    }
  }

  private void checkOpen() {
    if (depth == 0) {
      throw new IllegalStateException("no node is open");
    }
  }

  private static byte[] terminated(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a device tree string holds a NUL");
    }
    return (value + '\0').getBytes(StandardCharsets.UTF_8);
  }
}
