package dev.vls.drivers.block;

import static dev.vls.drivers.block.BlockConfig.SECTOR_BYTES;
import static dev.vls.drivers.block.OverlayLayout.*;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A copy-on-write disk: what is written goes to an overlay file, everything else is read from a
 * base that never changes (docs/overlay-format.md).
 *
 * <p>A block is written and forced before the table entry that leads to it, so a cut at any byte
 * leaves each block as the base has it or as it was written.
 */
public final class OverlayImage implements DiskImage {
  private static final int TABLE_CHUNK = 1 << 16;

  private final DiskImage base;
  private final OverlayStorage file;
  private final String name;
  private final int[] places; // per block of the disk: 0, or 1 + its number in the file
  private final long firstBlock;
  private final byte[] block = new byte[BLOCK_BYTES];
  private int used;

  private OverlayImage(DiskImage base, OverlayStorage file, String name) throws HostException {
    this.base = base;
    this.file = file;
    this.name = name;
    long blocks = blocks(base.sectors());
    if (blocks > Integer.MAX_VALUE / ENTRY_BYTES) {
      throw new HostException(
          "the disk below the overlay " + name + " is too large: at most 16 TiB are possible");
    }
    places = new int[(int) blocks];
    firstBlock = firstBlock(base.sectors());
  }

  /**
   * Opens an overlay, or creates it if the file is missing or empty; it is locked until it is
   * closed.
   *
   * @param base the disk below, read only; closed together with the overlay
   * @throws HostException if the file cannot be used: in use, damaged, of another version, or of
   *     another disk
   */
  public static OverlayImage open(DiskImage base, Path path) throws HostException {
    ImageFile file = ImageFile.openOrCreate(path);
    try {
      return open(base, file, path.toString());
    } catch (HostException refused) {
      file.close();
      throw refused;
    }
  }

  static OverlayImage open(DiskImage base, OverlayStorage file, String name) throws HostException {
    OverlayImage image = new OverlayImage(base, file, name);
    try {
      if (file.size() == 0) {
        image.create();
      } else {
        image.load();
      }
      return image;
    } catch (HostException refused) {
      throw refused;
    } catch (IOException cause) {
      throw new HostException(
          "the overlay " + name + " cannot be used: " + cause.getMessage(), cause);
    }
  }

  /** Writes an empty table and, when it is safe, the header that makes the file an overlay. */
  private void create() throws IOException {
    byte[] zeros = new byte[TABLE_CHUNK];
    for (long at = 0; at < firstBlock; at += zeros.length) {
      file.write(at, zeros, 0, (int) Math.min(zeros.length, firstBlock - at));
    }
    file.force();
    file.write(0, header(base.sectors()), 0, HEADER_BYTES);
    file.force();
  }

  private void load() throws IOException {
    if (file.size() < firstBlock) {
      throw damaged("it is not complete; if it is new, delete it");
    }
    byte[] header = new byte[HEADER_BYTES];
    file.read(0, header, 0, HEADER_BYTES);
    check(header);
    loadTable();
  }

  private void check(byte[] bytes) throws HostException {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (Arrays.mismatch(bytes, MAGIC) != MAGIC.length) {
      throw damaged("it does not begin like one");
    }
    if (header.getInt(VERSION_OFFSET) != VERSION) {
      throw damaged(
          "it has version " + header.getInt(VERSION_OFFSET) + " and only " + VERSION + " is known");
    }
    if (header.getInt(CRC_OFFSET) != crc(bytes, CRC_OFFSET)) {
      throw damaged("its header's checksum is wrong");
    }
    if (header.getLong(SECTORS_OFFSET) != base.sectors()) {
      throw damaged(
          "it is of a disk of "
              + header.getLong(SECTORS_OFFSET)
              + " sectors, and this one has "
              + base.sectors());
    }
    if (header.getInt(BLOCK_SHIFT_OFFSET) != BLOCK_SHIFT
        || header.getLong(FIRST_BLOCK_OFFSET) != firstBlock) {
      throw damaged("its layout is not known");
    }
  }

  private void loadTable() throws IOException {
    byte[] chunk = new byte[TABLE_CHUNK];
    int perChunk = TABLE_CHUNK / ENTRY_BYTES;
    BitSet taken = new BitSet();
    for (int first = 0; first < places.length; first += perChunk) {
      int count = Math.min(perChunk, places.length - first);
      file.read(TABLE_OFFSET + (long) first * ENTRY_BYTES, chunk, 0, count * ENTRY_BYTES);
      ByteBuffer entries = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        load(
            first + i, entries.getInt(i * ENTRY_BYTES), entries.getInt(i * ENTRY_BYTES + 4), taken);
      }
    }
  }

  /**
   * An entry whose checksum is wrong was being written when the power went: the write was never
   * reported done.
   */
  private void load(int index, int value, int crc, BitSet taken) throws IOException {
    if (value == 0 || crc != entryCrc(index, value)) {
      return;
    }
    int place = value - 1;
    if (place < 0 || offset(place) + BLOCK_BYTES > file.size()) {
      throw damaged("block " + index + " lies behind its end");
    }
    if (taken.get(place)) {
      throw damaged("two blocks are in one place");
    }
    taken.set(place);
    places[index] = value;
    used = Math.max(used, value);
  }

  private HostException damaged(String why) {
    return new HostException("the overlay " + name + " cannot be used: " + why);
  }

  private long offset(int place) {
    return firstBlock + (long) place * BLOCK_BYTES;
  }

  @Override
  public long sectors() {
    return base.sectors();
  }

  @Override
  public BlockConfig.Writing writing() {
    return BlockConfig.Writing.ALLOWED;
  }

  @Override
  public void read(long sector, byte[] target, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      long at = sector + done / SECTOR_BYTES;
      int part = Math.min(length - done, bytesLeft(at));
      int place = places[index(at)];
      if (place == 0) {
        base.read(at, target, offset + done, part);
      } else {
        file.read(offset(place - 1) + inBlock(at), target, offset + done, part);
      }
      done += part;
    }
  }

  @Override
  public void write(long sector, byte[] source, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      long at = sector + done / SECTOR_BYTES;
      int part = Math.min(length - done, bytesLeft(at));
      int place = places[index(at)];
      if (place == 0) {
        writeNew(at, source, offset + done, part);
      } else {
        file.write(offset(place - 1) + inBlock(at), source, offset + done, part);
      }
      done += part;
    }
  }

  /**
   * Writes a block for the first time: the base's bytes with the new ones among them, then what
   * leads there.
   */
  private void writeNew(long sector, byte[] source, int offset, int length) throws IOException {
    int index = index(sector);
    long first = (long) index * BLOCK_SECTORS;
    int onDisk = (int) Math.min(BLOCK_BYTES, (base.sectors() - first) * SECTOR_BYTES);
    Arrays.fill(block, (byte) 0);
    base.read(first, block, 0, onDisk);
    System.arraycopy(source, offset, block, inBlock(sector), length);
    int place = used;
    file.write(offset(place), block, 0, BLOCK_BYTES);
    file.force();
    file.write(TABLE_OFFSET + (long) index * ENTRY_BYTES, entry(index, place), 0, ENTRY_BYTES);
    used = place + 1;
    places[index] = used;
  }

  private static int index(long sector) {
    return (int) (sector / BLOCK_SECTORS);
  }

  private static int inBlock(long sector) {
    return (int) (sector % BLOCK_SECTORS) * SECTOR_BYTES;
  }

  private static int bytesLeft(long sector) {
    return BLOCK_BYTES - inBlock(sector);
  }

  @Override
  public void flush() throws IOException {
    file.force();
  }

  @Override
  public void close() throws HostException {
    file.close();
    base.close();
  }
}
