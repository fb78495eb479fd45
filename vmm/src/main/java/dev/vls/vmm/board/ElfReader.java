package dev.vls.vmm.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads the header and the loadable segments of an ELF64 executable that nobody vouches for. */
final class ElfReader {
  /**
   * A PT_LOAD segment.
   *
   * @param offset where its bytes start in the file
   * @param virtual the address it is linked for
   * @param physical where it is to be loaded
   * @param fileBytes bytes in the file, at most {@code memoryBytes}
   * @param memoryBytes bytes in memory, never negative; those not in the file are zero
   */
  record Segment(int offset, long virtual, long physical, int fileBytes, long memoryBytes) {
    /** Returns whether the byte at guest-physical {@code address} belongs to the segment. */
    boolean holds(long address) {
      return Long.compareUnsigned(address - physical, memoryBytes) < 0;
    }

    /** Returns whether {@code address}, as linked, lies in the segment. */
    boolean contains(long address) {
      return Long.compareUnsigned(address - virtual, memoryBytes) < 0;
    }
  }

  private final ByteBuffer file;

  private ElfReader(byte[] file) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns whether the file starts with the ELF magic. */
  static boolean isElf(byte[] file) {
    return file.length >= 4
        && ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == ElfLayout.MAGIC;
  }

  /** Checks the header and returns a reader. */
  static ElfReader open(byte[] file) throws ImageException {
    if (file.length < ElfLayout.HEADER_BYTES) {
      throw new ImageException(
          "the ELF image ends inside its header: expected 64 bytes, found "
              + file.length
              + "; build or copy it again");
    }
    ElfReader reader = new ElfReader(file);
    reader.checkHeader();
    return reader;
  }

  /** Returns the entry point as linked. */
  long entry() {
    return file.getLong(ElfLayout.ENTRY);
  }

  /** Returns the loadable segments that occupy memory, at least one. */
  List<Segment> segments() throws ImageException {
    int count = file.getShort(ElfLayout.PHNUM) & 0xffff;
    long table = file.getLong(ElfLayout.PHOFF);
    long tableBytes = (long) count * ElfLayout.PH_BYTES;
    if (table < 0 || table > file.capacity() - tableBytes) {
      throw truncated("its table of program headers");
    }
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      readHeader((int) table + i * ElfLayout.PH_BYTES, i, segments);
    }
    if (segments.isEmpty()) {
      throw new ImageException(
          "the ELF image has no loadable segment; link it as an executable, not as an object file");
    }
    return segments;
  }

  private void checkHeader() throws ImageException {
    expect("class", file.get(ElfLayout.CLASS), ElfLayout.CLASS_64, "64-bit");
    expect("byte order", file.get(ElfLayout.DATA), ElfLayout.DATA_LITTLE_ENDIAN, "little-endian");
    int machine = file.getShort(ElfLayout.MACHINE) & 0xffff;
    expect("machine", machine, ElfLayout.MACHINE_RISCV, "RISC-V");
    int type = file.getShort(ElfLayout.TYPE) & 0xffff;
    if (type != ElfLayout.TYPE_DYN) {
      expect("type", type, ElfLayout.TYPE_EXEC, "an executable");
    }
    int entryBytes = file.getShort(ElfLayout.PHENTSIZE) & 0xffff;
    if (file.getShort(ElfLayout.PHNUM) != 0) {
      expect("program header size", entryBytes, ElfLayout.PH_BYTES, "56 bytes");
    }
  }

  private static void expect(String field, int found, int expected, String meaning)
      throws ImageException {
    if (found != expected) {
      throw new ImageException(
          "the ELF image has "
              + field
              + " "
              + found
              + ", expected "
              + expected
              + " ("
              + meaning
              + "); build it as a RISC-V 64-bit executable");
    }
  }

  private void readHeader(int at, int index, List<Segment> segments) throws ImageException {
    int type = file.getInt(at + ElfLayout.PH_TYPE);
    if (type == ElfLayout.PT_INTERP) {
      throw new ImageException(
          "the ELF image asks for a dynamic loader, so it is a program for an operating system;"
              + " link it with -static -nostdlib to run on the bare machine");
    }
    long memoryBytes = file.getLong(at + ElfLayout.PH_MEMSZ);
    if (type != ElfLayout.PT_LOAD || memoryBytes == 0) {
      return;
    }
    long offset = file.getLong(at + ElfLayout.PH_OFFSET);
    long fileBytes = file.getLong(at + ElfLayout.PH_FILESZ);
    if (memoryBytes < 0 || fileBytes < 0 || fileBytes > memoryBytes) {
      throw new ImageException(
          "segment "
              + index
              + " of the ELF image has "
              + Long.toUnsignedString(fileBytes)
              + " bytes in the file for "
              + Long.toUnsignedString(memoryBytes)
              + " in memory; the file is damaged, build or copy it again");
    }
    if (fileBytes > 0 && (offset < 0 || fileBytes > file.capacity() - offset)) {
      throw truncated("segment " + index);
    }
    segments.add(
        new Segment(
            fileBytes == 0 ? 0 : (int) offset,
            file.getLong(at + ElfLayout.PH_VADDR),
            file.getLong(at + ElfLayout.PH_PADDR),
            (int) fileBytes,
            memoryBytes));
  }

  private ImageException truncated(String what) {
    return new ImageException(
        "the ELF image of "
            + file.capacity()
            + " bytes ends before "
            + what
            + "; build or copy it again");
  }
}
