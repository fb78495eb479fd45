package dev.vls.vmm.board;

import static dev.vls.vmm.board.DeviceTreeLayout.*;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Reads a flattened device tree that nobody vouches for (R6), and writes it again with what only
 * the machine knows in {@code /chosen}.
 *
 * <p>All else stays as it is, byte for byte. Work and memory are bounded by the size of the file.
 */
final class DeviceTreeReader {
  /** Most bytes of a tree; with its additions it fits the room at the end of RAM. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NAME = 255;
  private static final String CHOSEN = "chosen";
  private static final String ARGUMENTS = "bootargs";
  private static final String INITRD_START = "linux,initrd-start";
  private static final String INITRD_END = "linux,initrd-end";

  private final ByteBuffer file;
  private final String arguments;
  private final Optional<LoadedImage> initrd;
  private final List<String> replaced;
  private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private int structureEnd;
  private int depth;
  private boolean rootDone;
  private boolean chosenSeen;
  private boolean inChosen;

  private DeviceTreeReader(byte[] file, String arguments, Optional<LoadedImage> initrd) {
    this.file = ByteBuffer.wrap(file);
    this.arguments = arguments;
    this.initrd = initrd;
    replaced =
        arguments.isEmpty()
            ? List.of(INITRD_START, INITRD_END)
            : List.of(ARGUMENTS, INITRD_START, INITRD_END);
  }

  /**
   * Returns the tree in {@code file} with another {@code /chosen}: where the initial RAM disk is,
   * or that there is none, and the command line, unless that is empty.
   *
   * @throws ImageException if the file is no sound device tree, or is too large
   */
  static byte[] withChosen(byte[] file, String arguments, Optional<LoadedImage> initrd)
      throws ImageException {
    return new DeviceTreeReader(file, arguments, initrd).rewrite();
  }

  private byte[] rewrite() throws ImageException {
    checkHeader();
    int reservations = block("reservations", file.getInt(RESERVATIONS), RESERVATION_BYTES, 8);
    int reserved = reservationBytes(reservations);
    int first = block("structure", file.getInt(STRUCTURE), file.getInt(STRUCTURE_BYTES), 4);
    int names = block("strings", file.getInt(STRINGS), file.getInt(STRINGS_BYTES), 1);
    int nameBytes = file.getInt(STRINGS_BYTES);
    structureEnd = first + file.getInt(STRUCTURE_BYTES);
    apart(reservations, reservations + reserved, first, structureEnd);
    apart(reservations, reservations + reserved, names, names + nameBytes);
    apart(first, structureEnd, names, names + nameBytes);
    strings.write(file.array(), names, nameBytes);
    walk(first);
    return assembled(reservations, reserved);
  }

  private void checkHeader() throws ImageException {
    int length = file.capacity();
    if (length < HEADER_BYTES || file.getInt(MAGIC) != MAGIC_VALUE) {
      throw new ImageException(
          "the device tree is none: expected a file that begins with 0x%x and has a header of %d bytes; compile its source with dtc -O dtb"
              .formatted(MAGIC_VALUE, HEADER_BYTES));
    }
    long total = Integer.toUnsignedLong(file.getInt(TOTAL_BYTES));
    if (length > MAX_BYTES || total > MAX_BYTES) {
      throw new ImageException(
          "the device tree has %d bytes; expected at most %d"
              .formatted(Math.max(length, total), MAX_BYTES));
    }
    if (total < HEADER_BYTES || total > length) {
      throw new ImageException(
          "the device tree ends after %d bytes, and its header says %d; it was cut or is damaged, copy it again"
              .formatted(length, total));
    }
    long version = Integer.toUnsignedLong(file.getInt(VERSION));
    long compatible = Integer.toUnsignedLong(file.getInt(LAST_COMPATIBLE));
    if (version < VERSION_VALUE || compatible > VERSION_VALUE) {
      throw new ImageException(
          "the device tree has version %d, compatible down to %d; expected %d, which dtc writes"
              .formatted(version, compatible, VERSION_VALUE));
    }
    file.limit((int) total);
  }

  /** Returns where a block starts, which lies behind the header and inside the tree. */
  private int block(String name, int offset, int bytes, int alignment) throws ImageException {
    boolean inside =
        offset >= HEADER_BYTES
            && bytes >= 0
            && offset <= file.limit()
            && bytes <= file.limit() - offset;
    if (!inside || offset % alignment != 0) {
      throw new ImageException(
          "the device tree is damaged: its %s, %d bytes at byte %d, are not inside its %d bytes; make or copy it again"
              .formatted(
                  name,
                  Integer.toUnsignedLong(bytes),
                  Integer.toUnsignedLong(offset),
                  file.limit()));
    }
    return offset;
  }

  private int reservationBytes(int start) throws ImageException {
    for (int at = start; at <= file.limit() - RESERVATION_BYTES; at += RESERVATION_BYTES) {
      if (file.getLong(at) == 0 && file.getLong(at + 8) == 0) {
        return at + RESERVATION_BYTES - start;
      }
    }
    throw damaged(start, "its reservations have no end");
  }

  private static void apart(int start, int end, int otherStart, int otherEnd)
      throws ImageException {
    if (start < otherEnd && otherStart < end) {
      throw damaged(Math.max(start, otherStart), "two of its blocks overlap");
    }
  }

  private void walk(int first) throws ImageException {
    int at = first;
    int token = word(at);
    while (token != END) {
      at =
          switch (token) {
            case BEGIN_NODE -> begin(at);
            case END_NODE -> end(at);
            case PROP -> property(at);
            case NOP -> at + Integer.BYTES;
            default -> throw damaged(at, "there is no token " + Integer.toUnsignedLong(token));
          };
      token = word(at);
    }
    if (!rootDone) {
      throw damaged(at, "it ends within a node");
    }
    put(END);
  }

  private int begin(int at) throws ImageException {
    String name = name(at + Integer.BYTES, structureEnd);
    if (rootDone || name.isEmpty() != (depth == 0)) {
      throw damaged(at, "a node has no name or no parent");
    }
    if (++depth > MAX_DEPTH) {
      throw damaged(at, "its nodes are nested more than " + MAX_DEPTH + " deep");
    }
    int next = aligned(at + Integer.BYTES + name.length() + 1);
    copy(at, next);
    if (depth == 2 && name.equals(CHOSEN)) {
      if (chosenSeen) {
        throw damaged(at, "it has two nodes /chosen");
      }
      chosenSeen = true;
      inChosen = true;
      putChosen();
    }
    return next;
  }

  private int end(int at) throws ImageException {
    if (depth == 0) {
      throw damaged(at, "a node ends that never began");
    }
    if (depth == 1 && !chosenSeen) {
      put(BEGIN_NODE);
      putPadded(terminated(CHOSEN));
      putChosen();
      put(END_NODE);
    }
    inChosen &= depth > 2;
    rootDone = --depth == 0;
    put(END_NODE);
    return at + Integer.BYTES;
  }

  private int property(int at) throws ImageException {
    if (depth == 0) {
      throw damaged(at, "a property is in no node");
    }
    if (at > structureEnd - PROP_BYTES) {
      throw damaged(at, "a property reaches beyond the structure");
    }
    int bytes = file.getInt(at + 4);
    if (bytes < 0 || bytes > structureEnd - at - PROP_BYTES) {
      throw damaged(at, "a property reaches beyond the structure");
    }
    int names = file.getInt(STRINGS);
    int offset = file.getInt(at + 8);
    if (offset < 0 || offset >= file.getInt(STRINGS_BYTES)) {
      throw damaged(at, "a property's name is not among the strings");
    }
    String name = name(names + offset, names + file.getInt(STRINGS_BYTES));
    if (name.isEmpty()) {
      throw damaged(at, "a property has no name");
    }
    int next = aligned(at + PROP_BYTES + bytes);
    if (!(inChosen && depth == 2 && replaced.contains(name))) {
      copy(at, next);
    }
    return next;
  }

  /** Returns a name of printable ASCII without a slash that ends before {@code limit}. */
  private String name(int start, int limit) throws ImageException {
    int most = Math.min(limit, start + MAX_NAME + 1);
    for (int at = start; at < most; at++) {
      int octet = file.get(at);
      if (octet == 0) {
        return new String(file.array(), start, at - start, StandardCharsets.US_ASCII);
      }
      if (octet <= ' ' || octet > '~' || octet == '/') {
        throw damaged(at, "a name has the octet 0x%02x".formatted(octet & 0xff));
      }
    }
    throw damaged(start, "a name does not end");
  }

  private int word(int at) throws ImageException {
    if (at > structureEnd - Integer.BYTES) {
      throw damaged(at, "its structure has no end");
    }
    return file.getInt(at);
  }

  private void putChosen() {
    if (!arguments.isEmpty()) {
      putProperty(ARGUMENTS, terminated(arguments));
    }
    initrd.ifPresent(
        disk -> {
          putProperty(INITRD_START, address(disk.start()));
          putProperty(INITRD_END, address(disk.end()));
        });
  }

  private void putProperty(String name, byte[] value) {
    put(PROP);
    put(value.length);
    put(strings.size());
    putPadded(value);
    strings.writeBytes(terminated(name));
  }

  private void put(int word) {
    structure.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(word).array());
  }

  private void putPadded(byte[] bytes) {
    structure.writeBytes(bytes);
    structure.writeBytes(new byte[aligned(bytes.length) - bytes.length]);
  }

  /** Copies tokens; a last one may lack the octets behind it that align the next. */
  private void copy(int start, int end) throws ImageException {
    if (end > structureEnd) {
      throw damaged(start, "its structure has no end");
    }
    structure.write(file.array(), start, end - start);
  }

  private byte[] assembled(int reservations, int reserved) {
    int structureAt = HEADER_BYTES + reserved;
    int stringsAt = structureAt + structure.size();
    ByteBuffer tree = ByteBuffer.allocate(stringsAt + strings.size());
    tree.put(0, file.array(), 0, HEADER_BYTES);
    tree.putInt(TOTAL_BYTES, tree.capacity());
    tree.putInt(VERSION, VERSION_VALUE).putInt(LAST_COMPATIBLE, LAST_COMPATIBLE_VALUE);
    tree.putInt(RESERVATIONS, HEADER_BYTES);
    tree.putInt(STRUCTURE, structureAt).putInt(STRUCTURE_BYTES, structure.size());
    tree.putInt(STRINGS, stringsAt).putInt(STRINGS_BYTES, strings.size());
    tree.put(HEADER_BYTES, file.array(), reservations, reserved);
    tree.put(structureAt, structure.toByteArray());
    tree.put(stringsAt, strings.toByteArray());
    return tree.array();
  }

  private static byte[] address(long physical) {
    return ByteBuffer.allocate(Long.BYTES).putLong(physical).array();
  }

  private static byte[] terminated(String text) {
    return (text + '\0').getBytes(StandardCharsets.UTF_8);
  }

  private static int aligned(int offset) {
    return (offset + 3) & -4;
  }

  private static ImageException damaged(int at, String why) {
    return new ImageException(
        "the device tree is damaged at byte %d: %s; make or copy it again".formatted(at, why));
  }
}
