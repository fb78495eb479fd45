package dev.vls.vmm.board;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.memory.GuestMemory;
import java.util.List;

/**
 * Puts guest images into RAM: an ELF64 RISC-V executable by its physical addresses, a Linux Image
 * where its header says, or anything else as raw bytes where that kind of guest starts. What is
 * packed with gzip is unpacked first.
 *
 * <p>The file is hostile (R6): every field is checked before it is used, and the work is bounded by
 * the size of the file and of RAM. Segments may overlap; later ones win, zero-filled parts
 * included.
 */
public final class ImageLoader {
  /** Overlapping segments may add up to this many times the RAM, so that loading ends. */
  private static final int MAX_OVERLAP = 4;

  /** Bytes that are kept free behind the device tree, for what firmware wants to be told. */
  static final int BEHIND_BYTES = 48;

  private static final int WORD_BYTES = 8;

  /** What the device tree may need at the end of RAM, its alignment included. */
  private static final long TREE_ROOM = 2L << 20;

  private static final long ALIGNMENT = 2L << 20;
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
    return loadAt(file, rawBase(firmware));
  }

  /**
   * Loads what firmware is to start.
   *
   * @param firmware what must not be overwritten
   * @throws ImageException as {@link #load}, and if it overlaps the firmware
   */
  LoadedImage loadKernel(byte[] file, LoadedImage firmware) throws ImageException {
    LoadedImage kernel = loadAt(file, BoardLayout.PAYLOAD_BASE);
    if (kernel.start() < firmware.end() && firmware.start() < kernel.end()) {
      throw new ImageException(
          "the firmware, from "
              + hex(firmware.start())
              + " to "
              + hex(firmware.end())
              + ", and the kernel, from "
              + hex(kernel.start())
              + " to "
              + hex(kernel.end())
              + ", overlap; link one of them for another place");
    }
    return kernel;
  }

  /**
   * Loads an initial RAM disk: {@code distance} behind the start of the kernel or further where
   * images are in the way, else as high as the device tree permits.
   *
   * @param first the image that starts
   * @param kernel the image that reads it, which may be the same
   * @throws ImageException if it is empty, cut or damaged, or does not fit
   */
  LoadedImage loadInitrd(byte[] file, LoadedImage first, LoadedImage kernel, long distance)
      throws ImageException {
    InitrdReader.check(file, ramEnd - GuestMemory.RAM_BASE);
    long free = aligned(Math.max(first.end(), kernel.end()));
    long base = Math.max(aligned(kernel.start() + distance), free);
    long highest = ramEnd - TREE_ROOM - file.length & -GuestMemory.FRAME_BYTES;
    if (highest < free) {
      throw new ImageException(
          "the initrd of "
              + file.length
              + " bytes does not fit between the kernel's end at "
              + hex(free)
              + " and the device tree at the end of RAM; give the guest more RAM");
    }
    base = Math.min(base, highest);
    copy(base, file);
    return new LoadedImage(base, base, base + file.length);
  }

  /**
   * Puts a device tree near the end of RAM, at a multiple of 2 MiB where RAM has room for that.
   *
   * @param end where the images end, which must not be overwritten
   * @return its guest-physical address, for the guest's a1
   * @throws ImageException if images and tree do not fit together
   */
  long loadTree(byte[] tree, long end) throws ImageException {
    long last = ramEnd - tree.length - WORD_BYTES - BEHIND_BYTES;
    long address = last & -ALIGNMENT;
    if (address < end) {
      address = last & -GuestMemory.FRAME_BYTES;
    }
    if (address < end) {
      throw new ImageException(
          "the image ends at "
              + hex(end)
              + ", which leaves no room for the device tree; give the guest more RAM");
    }
    copy(address, tree);
    return address;
  }

  /** Returns where {@link #BEHIND_BYTES} are free behind {@code tree}, which is at an address. */
  static long behind(byte[] tree, long address) {
    return address + tree.length + WORD_BYTES - 1 & -WORD_BYTES;
  }

  private LoadedImage loadAt(byte[] packed, long base) throws ImageException {
    if (packed.length == 0) {
      throw new ImageException(
          "the image is empty; name an ELF64, a Linux Image or a raw RISC-V image");
    }
    byte[] file = LinuxImageReader.unpack(packed, ramEnd - GuestMemory.RAM_BASE);
    if (ElfReader.isElf(file)) {
      return loadElf(ElfReader.open(file), file);
    }
    if (LinuxImageReader.isImage(file)) {
      LinuxImageReader image = LinuxImageReader.open(file);
      return loadRaw("the kernel", file, image.textOffset(), image.memoryBytes());
    }
    return loadRaw("the raw image", file, base - GuestMemory.RAM_BASE, file.length);
  }

  private LoadedImage loadRaw(String what, byte[] file, long offset, long memoryBytes)
      throws ImageException {
    long base = GuestMemory.RAM_BASE + offset;
    checkRange(what, base, memoryBytes);
    copy(base, file);
    return new LoadedImage(base, base, base + memoryBytes);
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
  void copy(long physical, byte[] source) {
    copy(physical, source, 0, source.length);
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

  private static long aligned(long address) {
    return (address + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
