package dev.vls.vmm.board;

/**
 * Offsets and values of the ELF64 header and program headers that are looked at (System V ABI,
 * RISC-V ELF psABI).
 */
final class ElfLayout {
  static final int MAGIC = 0x464c_457f;
  static final int HEADER_BYTES = 64;
  static final int CLASS = 4;
  static final int CLASS_64 = 2;
  static final int DATA = 5;
  static final int DATA_LITTLE_ENDIAN = 1;
  static final int TYPE = 16;
  static final int TYPE_EXEC = 2;
  static final int TYPE_DYN = 3;
  static final int MACHINE = 18;
  static final int MACHINE_RISCV = 243;
  static final int ENTRY = 24;
  static final int PHOFF = 32;
  static final int PHENTSIZE = 54;
  static final int PHNUM = 56;

  static final int PH_BYTES = 56;
  static final int PH_TYPE = 0;
  static final int PH_OFFSET = 8;
  static final int PH_VADDR = 16;
  static final int PH_PADDR = 24;
  static final int PH_FILESZ = 32;
  static final int PH_MEMSZ = 40;
  static final int PT_LOAD = 1;
  static final int PT_INTERP = 3;

  private ElfLayout() {}
}
