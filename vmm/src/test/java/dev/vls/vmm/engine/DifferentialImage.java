package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;

import dev.vls.vmm.isa.Asm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A bare-metal image for the {@code virt} board that runs many {@link RandomProgram}s one after the
 * other from M-mode, logs their traps, and leaves everything that they changed in one record each;
 * then it powers off.
 *
 * <pre>
 * physical      what
 * 0x80000000    the monitor: start, M and S trap handlers
 * 0x80010000    page tables, {@link #TABLE_SETS} sets of 4 pages
 * 0x80100000    programs
 * 0x80200000    descriptors, 1024 bytes each: x1..x31, f0..f31, then {@link #D_FCSR} and so on
 * 0x80400000    scratch pages
 * 0x80600000    scratch behind a 2 MiB page
 * 0x80800000    records, 4096 bytes each
 * </pre>
 */
final class DifferentialImage {
  static final long RAM = 0x8000_0000L;
  static final int RAM_BYTES = 32 << 20;
  static final int MAX_PROGRAMS = 2000;
  static final int TABLE_SETS = 16;
  static final long TABLES = 0x8001_0000L;
  static final long PROGRAMS = 0x8010_0000L;
  static final long DESCRIPTORS = 0x8020_0000L;
  static final long SCRATCH = 0x8040_0000L;
  static final int SCRATCH_BYTES = 16 * 4096;
  static final long BIG_SCRATCH = 0x8060_0000L;
  static final long RECORDS = 0x8080_0000L;
  static final int RECORD_BYTES = 4096;

  /** U-mode programs run here, where a 1 GiB user page maps RAM. */
  static final long USER_ALIAS = -0x4000_0000L;

  static final int D_FCSR = 512;
  static final int D_MSTATUS = 520;
  static final int D_SATP = 528;
  static final int D_MEDELEG = 536;
  static final int D_ENTRY = 544;
  static final int D_END = 552;

  /** A, or D, of the window's pages, a bit for each; and where their entries are. */
  static final int D_ACCESSED = 560;

  static final int D_DIRTY = 568;
  static final int D_WINDOW = 576;

  static final int R_FLOATS = 256;
  static final int R_END = 512;
  static final int R_LOG_COUNT = 520;
  static final int R_FCSR = 528;
  static final int R_MSTATUS = 536;
  static final int R_SEPC = 544;
  static final int R_SCAUSE = 552;
  static final int R_STVAL = 560;
  static final int R_CHECKSUM = 568;
  static final int R_ENTRIES = 576;
  static final int R_LOG = 640;
  static final int R_LOG_ENTRIES = 64;
  static final int R_SUPERVISOR_SAVE = 592;

  private static final int MSTATUS = 0x300;
  private static final int MEDELEG = 0x302;
  private static final int MTVEC = 0x305;
  private static final int MCOUNTEREN = 0x306;
  private static final int MSCRATCH = 0x340;
  private static final int MEPC = 0x341;
  private static final int MCAUSE = 0x342;
  private static final int MTVAL = 0x343;
  private static final int PMPCFG0 = 0x3a0;
  private static final int PMPADDR0 = 0x3b0;
  private static final int MHARTID = 0xf14;
  private static final int SSTATUS = 0x100;
  private static final int STVEC = 0x105;
  private static final int SSCRATCH = 0x140;
  private static final int SEPC = 0x141;
  private static final int SCAUSE = 0x142;
  private static final int STVAL = 0x143;
  private static final int SATP = 0x180;
  private static final int FCSR = 0x003;
  private static final int FLOATS_DIRTY = 3 << 13;

  final List<RandomProgram> programs = new ArrayList<>();
  private final ByteBuffer bytes =
      ByteBuffer.allocate((int) (RECORDS - RAM)).order(ByteOrder.LITTLE_ENDIAN);

  DifferentialImage(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    put(RAM, monitor(count));
    PageTableSets.write(bytes, random);
    long address = PROGRAMS;
    for (int i = 0; i < count; i++) {
      RandomProgram program = new RandomProgram(random.nextLong(), address);
      programs.add(program);
      program.write(bytes, i);
      address = program.end();
    }
    for (int at = 0; at < SCRATCH_BYTES; at += 8) {
      bytes.putLong((int) (SCRATCH - RAM) + at, random.nextLong());
      bytes.putLong((int) (BIG_SCRATCH - RAM) + at, random.nextLong());
    }
  }

  /** Returns the contents of RAM from its base. */
  byte[] bytes() {
    return bytes.array();
  }

  private void put(long address, int[] words) {
    for (int i = 0; i < words.length; i++) {
      bytes.putInt((int) (address - RAM) + 4 * i, words[i]);
    }
  }

  private static int[] monitor(int count) {
    Asm asm = new Asm(RAM);
    start(asm, count);
    machineTrap(asm);
    finish(asm);
    supervisorTrap(asm);
    // the handlers' addresses are known only now: assemble again with them
    Asm again = new Asm(RAM);
    machineHandler = asm.address("machineTrap");
    supervisorHandler = asm.address("supervisorTrap");
    start(again, count);
    machineTrap(again);
    finish(again);
    supervisorTrap(again);
    if (again.address("supervisorTrap") != supervisorHandler) {
      throw new IllegalStateException("the monitor moved between passes");
    }
    return again.words();
  }

  private static long machineHandler = RAM + 0x7fc;
  private static long supervisorHandler = RAM + 0x7fc;

  private static void start(Asm asm, int count) {
    // a second hart makes the reference machine's AMOs atomic accesses and not loads and stores
    asm.emit(csrrs(T0, MHARTID, 0)).to("wait", bne(T0, 0, 0));
    asm.li(T0, -1).emit(csrrw(0, PMPADDR0, T0));
    asm.li(T0, 0x1f).emit(csrrw(0, PMPCFG0, T0));
    asm.li(T0, machineHandler).emit(csrrw(0, MTVEC, T0));
    asm.li(T0, supervisorHandler).emit(csrrw(0, STVEC, T0));
    asm.li(T0, FLOATS_DIRTY).emit(csrrw(0, MSTATUS, T0));
    asm.emit(csrrw(0, MCOUNTEREN, 0));
    asm.li(30, DESCRIPTORS).li(31, RECORDS);
    asm.label("next"); // x30 descriptor, x31 record
    asm.li(T0, RECORDS + (long) count * RECORD_BYTES);
    asm.to("powerOff", beq(31, T0, 0));
    asm.emit(csrrw(0, MSCRATCH, 31), csrrw(0, SSCRATCH, 31));
    asm.emit(csrrw(0, SEPC, 0), csrrw(0, SCAUSE, 0), csrrw(0, STVAL, 0));
    marks(asm);
    asm.emit(ld(T0, 30, D_SATP), csrrw(0, SATP, T0), sfenceVma());
    asm.emit(ld(T0, 30, D_MEDELEG), csrrw(0, MEDELEG, T0));
    asm.emit(ld(T0, 30, D_ENTRY), csrrw(0, MEPC, T0));
    asm.emit(ld(T0, 30, D_END), sd(T0, 31, R_END));
    asm.emit(ld(T0, 30, D_FCSR), csrrw(0, FCSR, T0));
    for (int r = 0; r < 32; r++) {
      asm.emit(fld(r, 30, 256 + 8 * r));
    }
    asm.emit(ld(T0, 30, D_MSTATUS), csrrw(0, MSTATUS, T0));
    for (int r = 1; r < 32; r++) {
      if (r != 30) {
        asm.emit(ld(r, 30, 8 * r));
      }
    }
    asm.emit(ld(30, 30, 8 * 30), mret());
    asm.label("powerOff");
    asm.li(T0, 0x10_0000).li(T1, 0x5555).emit(sw(T1, T0, 0));
    asm.label("wait").emit(wfi()).j("wait");
  }

  /** Gives the window's entries the descriptor's A and D; uses x1 to x7. */
  private static void marks(Asm asm) {
    asm.emit(ld(1, 30, D_WINDOW), ld(2, 30, D_ACCESSED), ld(3, 30, D_DIRTY));
    asm.emit(addi(4, 1, 8 * PageTableSets.WINDOW_PAGES));
    asm.label("mark").emit(ld(T0, 1, 0), andi(T1, 2, 1), andi(T2, 3, 1));
    asm.emit(slli(T1, T1, 6), slli(T2, T2, 7), andi(T0, T0, -0xc1));
    asm.emit(add(T0, T0, T1), add(T0, T0, T2), sd(T0, 1, 0));
    asm.emit(srli(2, 2, 1), srli(3, 3, 1), addi(1, 1, 8)).to("mark", bltu(1, 4, 0));
  }

  private static void machineTrap(Asm asm) {
    asm.label("machineTrap").emit(csrrw(31, MSCRATCH, 31));
    for (int r = 26; r < 31; r++) {
      asm.emit(sd(r, 31, 8 * r));
    }
    asm.emit(csrrs(30, MSCRATCH, 0), sd(30, 31, 8 * 31));
    asm.emit(csrrs(30, MCAUSE, 0), csrrs(29, MEPC, 0), csrrs(28, MTVAL, 0), csrrs(27, MSTATUS, 0));
    asm.emit(ld(26, 31, R_END)).to("notEnd", bne(26, 29, 0));
    asm.emit(addi(26, 0, 8)).to("notEnd", bltu(30, 26, 0));
    asm.emit(addi(26, 0, 12)).to("finish", bltu(30, 26, 0));
    asm.label("notEnd");
    log(asm);
    // an environment call of the S handler, or a fetch that faults, ends the program
    asm.emit(srli(26, 29, 16)).li(28, RAM >>> 16).to("finish", beq(26, 28, 0));
    asm.emit(addi(26, 0, 1)).to("finish", beq(30, 26, 0));
    asm.emit(addi(26, 0, 12)).to("finish", beq(30, 26, 0));
    skip(asm, "machine");
    asm.emit(csrrw(0, MEPC, 29));
    for (int r = 26; r < 31; r++) {
      asm.emit(ld(r, 31, 8 * r));
    }
    asm.emit(csrrw(31, MSCRATCH, 31), mret());
  }

  private static void supervisorTrap(Asm asm) {
    asm.label("supervisorTrap").emit(csrrw(31, SSCRATCH, 31));
    for (int r = 26; r < 31; r++) {
      asm.emit(sd(r, 31, R_SUPERVISOR_SAVE + 8 * (r - 26)));
    }
    asm.emit(csrrs(30, SCAUSE, 0), csrrs(29, SEPC, 0), csrrs(28, STVAL, 0), csrrs(27, SSTATUS, 0));
    log(asm);
    asm.emit(addi(26, 0, 1)).to("giveUp", beq(30, 26, 0));
    asm.emit(addi(26, 0, 12)).to("giveUp", beq(30, 26, 0));
    skip(asm, "supervisor");
    asm.emit(csrrw(0, SEPC, 29));
    for (int r = 26; r < 31; r++) {
      asm.emit(ld(r, 31, R_SUPERVISOR_SAVE + 8 * (r - 26)));
    }
    asm.emit(csrrw(31, SSCRATCH, 31), sret());
    asm.label("giveUp").emit(ecall());
  }

  /**
   * Appends cause x30, epc x29, tval x28 and status x27 to the log of record x31; uses x26, x27.
   */
  private static void log(Asm asm) {
    asm.emit(ld(26, 31, R_LOG_COUNT), slli(26, 26, 5), add(26, 26, 31));
    asm.emit(sd(30, 26, R_LOG), sd(29, 26, R_LOG + 8), sd(28, 26, R_LOG + 16));
    asm.emit(sd(27, 26, R_LOG + 24));
    asm.emit(ld(26, 31, R_LOG_COUNT), addi(26, 26, 1), sd(26, 31, R_LOG_COUNT));
  }

  /** Moves x29 behind the instruction that it points to; uses x26 to x28. */
  private static void skip(Asm asm, String prefix) {
    asm.emit(addi(28, 29, 0)).li(26, RAM).to(prefix + "Physical", bgeu(28, 26, 0));
    asm.li(27, -USER_ALIAS).emit(add(28, 28, 27));
    asm.label(prefix + "Physical");
    asm.emit(lhu(28, 28, 0), andi(28, 28, 3), addi(27, 0, 3), addi(29, 29, 2));
    asm.to(prefix + "Short", bne(28, 27, 0)).emit(addi(29, 29, 2));
    asm.label(prefix + "Short");
  }

  private static void finish(Asm asm) {
    asm.label("finish"); // x31 record; x26 to x31 are saved in it
    for (int r = 1; r < 26; r++) {
      asm.emit(sd(r, 31, 8 * r));
    }
    asm.emit(csrrs(T0, MSTATUS, 0), sd(T0, 31, R_MSTATUS));
    asm.li(T0, FLOATS_DIRTY).emit(csrrs(0, MSTATUS, T0));
    for (int r = 0; r < 32; r++) {
      asm.emit(fsd(r, 31, R_FLOATS + 8 * r));
    }
    asm.emit(csrrs(T0, FCSR, 0), sd(T0, 31, R_FCSR));
    asm.emit(csrrs(T0, SEPC, 0), sd(T0, 31, R_SEPC));
    asm.emit(csrrs(T0, SCAUSE, 0), sd(T0, 31, R_SCAUSE));
    asm.emit(csrrs(T0, STVAL, 0), sd(T0, 31, R_STVAL));
    asm.emit(addi(A0, 0, 0)).li(A1, 0x9e37_79b9_7f4a_7c15L);
    checksum(asm.li(T0, SCRATCH), SCRATCH_BYTES, "scratch");
    checksum(asm.li(T0, BIG_SCRATCH), SCRATCH_BYTES, "big");
    asm.emit(sd(A0, 31, R_CHECKSUM));
    descriptor(asm);
    asm.emit(addi(A0, 0, 0), ld(T0, 30, D_WINDOW));
    checksum(asm, 8 * PageTableSets.WINDOW_PAGES, "window");
    asm.emit(sd(A0, 31, R_ENTRIES));
    asm.li(T0, RECORD_BYTES).emit(add(31, 31, T0));
    descriptor(asm);
    asm.j("next");
  }

  /** Points x30 to the descriptor of the program whose record is x31: it follows its number. */
  private static void descriptor(Asm asm) {
    asm.li(T0, RECORDS).emit(r(0x33, 0, 0x20, 30, 31, T0), srli(30, 30, 2));
    asm.li(T0, DESCRIPTORS).emit(add(30, 30, T0));
  }

  /** Adds the bytes from T0 on to the checksum in A0. */
  private static void checksum(Asm asm, int length, String label) {
    asm.li(T1, length).emit(add(T1, T0, T1));
    asm.label(label).emit(ld(T2, T0, 0), xor(A0, A0, T2), mul(A0, A0, A1), addi(T0, T0, 8));
    asm.to(label, bltu(T0, T1, 0));
  }
}
