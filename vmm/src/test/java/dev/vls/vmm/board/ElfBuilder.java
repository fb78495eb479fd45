package dev.vls.vmm.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes small ELF64 files for tests, good or bad. */
final class ElfBuilder {
  private record Header(int type, long virtual, long physical, byte[] bytes, long memoryBytes) {}

  private final List<Header> headers = new ArrayList<>();
  private final long entry;

  ElfBuilder(long entry) {
    this.entry = entry;
  }

  ElfBuilder load(long virtual, long physical, byte[] bytes, long memoryBytes) {
    return header(ElfLayout.PT_LOAD, virtual, physical, bytes, memoryBytes);
  }

  ElfBuilder header(int type, long virtual, long physical, byte[] bytes, long memoryBytes) {
    headers.add(new Header(type, virtual, physical, bytes, memoryBytes));
    return this;
  }

  byte[] build() {
    int contents = ElfLayout.HEADER_BYTES + headers.size() * ElfLayout.PH_BYTES;
    int size = contents + headers.stream().mapToInt(header -> header.bytes().length).sum();
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, ElfLayout.MAGIC);
    file.put(ElfLayout.CLASS, (byte) ElfLayout.CLASS_64);
    file.put(ElfLayout.DATA, (byte) ElfLayout.DATA_LITTLE_ENDIAN);
    file.putShort(ElfLayout.TYPE, (short) ElfLayout.TYPE_EXEC);
    file.putShort(ElfLayout.MACHINE, (short) ElfLayout.MACHINE_RISCV);
    file.putLong(ElfLayout.ENTRY, entry);
    file.putLong(ElfLayout.PHOFF, ElfLayout.HEADER_BYTES);
    file.putShort(ElfLayout.PHENTSIZE, (short) ElfLayout.PH_BYTES);
    file.putShort(ElfLayout.PHNUM, (short) headers.size());
    int at = ElfLayout.HEADER_BYTES;
    for (Header header : headers) {
      file.putInt(at + ElfLayout.PH_TYPE, header.type());
      file.putLong(at + ElfLayout.PH_OFFSET, contents);
      file.putLong(at + ElfLayout.PH_VADDR, header.virtual());
      file.putLong(at + ElfLayout.PH_PADDR, header.physical());
      file.putLong(at + ElfLayout.PH_FILESZ, header.bytes().length);
      file.putLong(at + ElfLayout.PH_MEMSZ, header.memoryBytes());
      file.put(contents, header.bytes());
      contents += header.bytes().length;
      at += ElfLayout.PH_BYTES;
    }
    return file.array();
  }
}
