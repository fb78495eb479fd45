package dev.vls.vmm.board;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.memory.GuestMemory;
import java.util.List;

/**
 * Puts a guest image into RAM: an ELF64 RISC-V executable by its physical addresses, or anything
 * else as raw bytes where that kind of guest starts.
 *
 * <p>The file is hostile (R6): every field is checked before it is used, and the work is bounded by
 * the size of the file and of RAM. Segments may overlap; later ones win, zero-filled parts
 * included.
 */
public final class ImageLoader {
  /** Overlapping segments may add up to this many times the RAM, so that loading ends. */
  private static final int MAX_OVERLAP = 4;

  private static final int GZIP_MAGIC = 0x8b1f;
  private static final byte[] ZEROES = new byte[GuestMemory.FRAME_BYTES];

  private final GuestMemory memory;
  private final long ramEnd;

  /** Creates a loader into the RAM of {@code memory}. */
  public ImageLoader(GuestMemory memory) {
    this.memory = memory;
    this.ramEnd = GuestMemory.RAM_BASE + ((long) memory.ramFrames() << GuestMemory.FRAME_SHIFT);
  }

  /**
   * Loads an image.
   *
   * @param file the image's bytes, not kept
   * @param firmware who owns M-mode: a raw payload for S-mode goes to {@link
   *     BoardLayout#PAYLOAD_BASE}, raw firmware to the start of RAM
   * @return where it is and where it starts
   * @throws ImageException if the file is not a usable image or does not fit; RAM may then hold a
   *     part of it
   */
  public LoadedImage load(byte[] file, Firmware firmware) throws ImageException {
    if (file.length == 0) {
      throw new ImageException("the image is empty; name an ELF64 or a raw RISC-V image");
    }
    if (ElfReader.isElf(file)) {
      return loadElf(ElfReader.open(file), file);
    }
    if (file.length >= 2 && ((file[0] & 0xff) | (file[1] & 0xff) << 8) == GZIP_MAGIC) {
      throw new ImageException("the image is compressed with gzip; unpack it with gunzip first");
    }
    long base = rawBase(firmware);
    checkRange("the raw image", base, file.length);
    copy(base, file, 0, file.length);
    return new LoadedImage(base, base, base + file.length);
  }

  private static long rawBase(Firmware firmware) {
    return switch (firmware) {
      case SUPERVISOR_PAYLOAD -> BoardLayout.PAYLOAD_BASE;
      case MACHINE_FIRMWARE -> GuestMemory.RAM_BASE;
    };
  }

  private LoadedImage loadElf(ElfReader elf, byte[] file) throws ImageException {
    List<ElfReader.Segment> segments = elf.segments();
    checkSegments(segments);
    long start = Long.MAX_VALUE;
    long end = 0;
    for (ElfReader.Segment segment : segments) {
      copy(segment.physical(), file, segment.offset(), segment.fileBytes());
      zero(segment.physical() + segment.fileBytes(), segment.memoryBytes() - segment.fileBytes());
      start = Math.min(start, segment.physical());
      end = Math.max(end, segment.physical() + segment.memoryBytes());
    }
    return new LoadedImage(physicalEntry(elf.entry(), segments), start, end);
  }

  private void checkSegments(List<ElfReader.Segment> segments) throws ImageException {
    long total = 0;
    for (ElfReader.Segment segment : segments) {
      checkRange("a segment of the ELF image", segment.physical(), segment.memoryBytes());
      total += segment.memoryBytes();
      if (total > MAX_OVERLAP * (ramEnd - GuestMemory.RAM_BASE)) {
        throw new ImageException(
            "the ELF image's overlapping segments add up to more than "
                + MAX_OVERLAP
                + " times the RAM; link it again without overlaps");
      }
    }
  }

  /** Kernels are linked for virtual addresses and start at the physical ones. */
  private static long physicalEntry(long entry, List<ElfReader.Segment> segments)
      throws ImageException {
    long physical = entry;
    for (ElfReader.Segment segment : segments) {
      if (segment.contains(entry)) {
        physical = entry - segment.virtual() + segment.physical();
        break;
      }
    }
    long address = physical;
    boolean loaded = segments.stream().anyMatch(segment -> segment.holds(address));
    if (!loaded || (physical & 1) != 0) {
      throw new ImageException(
          "the ELF image starts at "
              + hex(entry)
              + ", expected an even address in one of its segments; set its entry symbol");
    }
    return physical;
  }

  private void checkRange(String what, long base, long bytes) throws ImageException {
    boolean fits = base >= GuestMemory.RAM_BASE && base <= ramEnd && bytes <= ramEnd - base;
    if (!fits) {
      throw new ImageException(
          what
              + " needs "
              + bytes
              + " bytes at "
              + hex(base)
              + " but RAM is "
              + hex(GuestMemory.RAM_BASE)
              + " to "
              + hex(ramEnd)
              + "; link it for that range or give the guest more RAM");
    }
  }

  /** Copies into RAM; the range was checked. */
  private void copy(long physical, byte[] source, int at, int length) {
    long address = physical;
    int from = at;
    int left = length;
    while (left > 0) {
      int offset = (int) address & (GuestMemory.FRAME_BYTES - 1);
      int part = Math.min(left, GuestMemory.FRAME_BYTES - offset);
      memory.write(memory.frameOf(address >>> GuestMemory.FRAME_SHIFT), offset, source, from, part);
      address += part;
      from += part;
      left -= part;
    }
  }

  private void zero(long physical, long length) {
    long address = physical;
    long left = length;
    while (left > 0) {
      int part = (int) Math.min(left, GuestMemory.FRAME_BYTES);
      copy(address, ZEROES, 0, part);
      address += part;
      left -= part;
    }
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
