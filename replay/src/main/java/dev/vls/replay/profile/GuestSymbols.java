package dev.vls.replay.profile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of guest addresses, from the symbol table of an ELF64 file (System V ABI, "Symbol Table")
 * or from lines as in System.map and /proc/kallsyms.
 *
 * <p>Files are hostile: what is damaged has no symbols. Mutable until it is used.
 */
public final class GuestSymbols {
  /** A name without a size reaches to the next one, but not further than this. */
  private static final long REACH_BYTES = 1 << 20;

  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{1,16}) ([tTwW]) (\\S+).*");
  private static final int MAGIC = 0x464c_457f;
  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int SYMBOL_TABLE = 2;
  private static final int MAX_SYMBOLS = 1 << 21;
  private static final int MAX_NAME_BYTES = 256;

  private final NavigableMap<Long, Symbol> byAddress = new TreeMap<>(Long::compareUnsigned);

  private record Symbol(String name, long bytes) {}

  /** Adds what {@code file} has: an ELF64 file, or text. */
  public void addFile(byte[] file) {
    if (!addImage(file)) {
      new String(file, ISO_8859_1).lines().map(LINE::matcher).forEach(this::addLine);
    }
  }

  /** Adds what {@code image} has if it is an ELF64 file; returns whether it is. */
  public boolean addImage(byte[] image) {
    ByteBuffer elf = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    boolean is = image.length >= HEADER_BYTES && elf.getInt(0) == MAGIC;
    if (is) {
      addElf(elf);
    }
    return is;
  }

  private void addLine(Matcher line) {
    if (line.matches()) {
      put(Long.parseUnsignedLong(line.group(1), 16), new Symbol(line.group(3), REACH_BYTES));
    }
  }

  /** Functions win over labels of the same address, and the first name over later ones. */
  private void put(long address, Symbol symbol) {
    if (byAddress.size() < MAX_SYMBOLS) {
      byAddress.merge(address, symbol, (old, other) -> other.bytes() < old.bytes() ? other : old);
    }
  }

  /** A file has one symbol table at most. */
  private void addElf(ByteBuffer elf) {
    long table = elf.getLong(0x28);
    int count = Short.toUnsignedInt(elf.getShort(0x3c));
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * SECTION_BYTES;
      if (isInside(elf, at, SECTION_BYTES) && elf.getInt((int) at + 4) == SYMBOL_TABLE) {
        long strings = table + Integer.toUnsignedLong(elf.getInt((int) at + 0x28)) * SECTION_BYTES;
        if (isInside(elf, strings, SECTION_BYTES)) {
          addTable(section(elf, (int) at), section(elf, (int) strings));
        }
        return;
      }
    }
  }

  /** Returns the content of the section whose header is at {@code header}; empty if it has none. */
  private static ByteBuffer section(ByteBuffer elf, int header) {
    long offset = elf.getLong(header + 0x18);
    long length = elf.getLong(header + 0x20);
    return isInside(elf, offset, length)
        ? elf.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN)
        : ByteBuffer.allocate(0);
  }

  private static boolean isInside(ByteBuffer elf, long offset, long length) {
    return offset >= 0 && length >= 0 && offset <= elf.limit() && length <= elf.limit() - offset;
  }

  private void addTable(ByteBuffer symbols, ByteBuffer names) {
    for (int at = 0; at + SYMBOL_BYTES <= symbols.limit(); at += SYMBOL_BYTES) {
      int type = symbols.get(at + 4) & 15;
      boolean defined = symbols.getShort(at + 6) != 0;
      String name = name(names, symbols.getInt(at));
      boolean code = type == 2 || (type == 0 && !name.startsWith("$") && !name.startsWith("."));
      if (defined && code && !name.isEmpty()) {
        long bytes = symbols.getLong(at + 16);
        put(
            symbols.getLong(at + 8),
            new Symbol(name, bytes > 0 && bytes < REACH_BYTES ? bytes : REACH_BYTES));
      }
    }
  }

  private static String name(ByteBuffer names, int offset) {
    StringBuilder name = new StringBuilder();
    for (int i = offset; i >= 0 && i < names.limit() && name.length() < MAX_NAME_BYTES; i++) {
      char letter = (char) (names.get(i) & 0xff);
      if (letter == 0) {
        return name.toString();
      }
      name.append(letter < ' ' || letter > '~' ? '?' : letter);
    }
    return name.toString();
  }

  /** Returns how many addresses have names. */
  public int count() {
    return byAddress.size();
  }

  /** Returns a name with an offset like {@code main+0x1c}, or nothing if the address has none. */
  public String of(long address) {
    var below = byAddress.floorEntry(address);
    if (below == null
        || Long.compareUnsigned(address - below.getKey(), below.getValue().bytes()) >= 0) {
      return "";
    }
    long offset = address - below.getKey();
    String name = below.getValue().name();
    return offset == 0 ? name : name + "+0x" + Long.toHexString(offset);
  }
}
