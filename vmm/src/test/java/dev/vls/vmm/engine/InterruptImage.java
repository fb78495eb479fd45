package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;

import dev.vls.vmm.isa.Asm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * A bare-metal image for the {@code virt} board that tries interrupts and counters: random cases,
 * each of which sets delegation, enables, pending interrupts, vectors and counters, goes to a
 * random mode, and there changes what that mode may change. Both trap handlers log what they find,
 * turn the interrupt off, and now and then let others in meanwhile.
 *
 * <pre>
 * physical      what
 * 0x80000000    start
 * 0x80001000    M-mode vectors, each of which links where it is, and the handler
 * 0x80002000    S-mode vectors and handler
 * 0x80010000    cases
 * 0x80800000    log of M-mode, 64 bytes an entry
 * 0x81000000    log of S-mode
 * 0x81800000    stacks of the handlers
 * </pre>
 *
 * <p>x17 and x18 are where the logs go on, x19 and x30 the stacks, x28 whether handlers nest; x8
 * and x9 are the cases', x20 to x24 and x29 M-mode's, x5 to x7 and x25 to x27 S-mode's.
 */
final class InterruptImage {
  /** Whether there is a timer, which runs at a speed of our own. */
  enum Timer {
    NONE,
    COMPARE
  }

  static final long MACHINE_LOG = 0x8080_0000L;
  static final long SUPERVISOR_LOG = 0x8100_0000L;
  static final int ENTRY_BYTES = 64;

  private static final long MACHINE_VECTORS = DifferentialImage.RAM + 0x1000;
  private static final long SUPERVISOR_VECTORS = DifferentialImage.RAM + 0x2000;
  private static final long CASES = DifferentialImage.RAM + 0x1_0000;
  private static final long STACKS = 0x8180_0000L;
  private static final long MSIP = 0x0200_0000L;
  private static final long MTIMECMP = 0x0200_4000L;

  private static final int MSTATUS = 0x300;
  private static final int MEDELEG = 0x302;
  private static final int MIDELEG = 0x303;
  private static final int MIE = 0x304;
  private static final int MTVEC = 0x305;
  private static final int MCOUNTEREN = 0x306;
  private static final int MENVCFG = 0x30a;
  private static final int MCOUNTINHIBIT = 0x320;
  private static final int MEPC = 0x341;
  private static final int MCAUSE = 0x342;
  private static final int MIP = 0x344;
  private static final int SSTATUS = 0x100;
  private static final int SIE = 0x104;
  private static final int STVEC = 0x105;
  private static final int SCOUNTEREN = 0x106;
  private static final int SEPC = 0x141;
  private static final int SCAUSE = 0x142;
  private static final int SIP = 0x144;
  private static final int STIMECMP = 0x14d;
  private static final int[] COUNTERS = {0xc00, 0xc01, 0xc02};

  private static final int ALL = 0xaaa;
  private static final int SUPERVISOR = 0x222;
  private static final int VECTORS = 12;

  /** MIE, SIE, MPIE, SPIE, SPP and MPP. */
  private static final int MACHINE_STATUS = 0x19aa;

  private static final int SUPERVISOR_STATUS = 0x122;

  private final SplittableRandom random;
  private final Timer timer;
  private final ByteBuffer bytes =
      ByteBuffer.allocate((int) (MACHINE_LOG - DifferentialImage.RAM))
          .order(ByteOrder.LITTLE_ENDIAN);

  InterruptImage(long seed, int cases, Timer timer) {
    random = new SplittableRandom(seed);
    this.timer = timer;
    put(DifferentialImage.RAM, start());
    put(MACHINE_VECTORS, machineHandler());
    put(SUPERVISOR_VECTORS, supervisorHandler());
    put(CASES, cases(cases));
  }

  /** Returns the contents of RAM from its base. */
  byte[] bytes() {
    return bytes.array();
  }

  private void put(long address, Asm asm) {
    int at = (int) (address - DifferentialImage.RAM);
    for (int word : asm.words()) {
      bytes.putInt(at, word);
      at += 4;
    }
  }

  private static Asm start() {
    Asm asm = new Asm(DifferentialImage.RAM);
    asm.emit(csrrs(T0, 0xf14, 0)).to("wait", bne(T0, 0, 0));
    asm.li(T0, -1).emit(csrrw(0, 0x3b0, T0)).li(T0, 0x1f).emit(csrrw(0, 0x3a0, T0));
    asm.emit(csrrw(0, MEDELEG, 0));
    asm.li(17, MACHINE_LOG).li(18, SUPERVISOR_LOG);
    asm.li(8, CASES).emit(jalr(0, 8, 0));
    return asm.label("wait").emit(wfi()).j("wait");
  }

  private static Asm vectors(long base, int link) {
    Asm asm = new Asm(base);
    for (int i = 0; i < VECTORS; i++) {
      asm.to("handler", jal(link, 0));
    }
    return asm.label("handler");
  }

  private static Asm machineHandler() {
    Asm asm = vectors(MACHINE_VECTORS, 29);
    asm.emit(csrrs(20, MCAUSE, 0), csrrs(21, MEPC, 0), csrrs(22, MSTATUS, 0));
    asm.emit(sd(20, 17, 0), sd(21, 17, 8)).li(24, MACHINE_STATUS).emit(and(22, 22, 24));
    asm.emit(sd(22, 17, 16), csrrs(22, MIP, 0)).li(24, ALL).emit(and(22, 22, 24), sd(22, 17, 24));
    asm.emit(csrrs(22, MIE, 0), and(22, 22, 24), sd(22, 17, 32), sd(29, 17, 40));
    asm.emit(csrrs(22, MIDELEG, 0), andi(22, 22, SUPERVISOR), sd(22, 17, 48));
    asm.emit(csrrs(22, MTVEC, 0), sd(22, 17, 56), addi(17, 17, ENTRY_BYTES));
    asm.to("exception", b(5, 20, 0, 0));
    asm.emit(addi(24, 0, 1), r(0x33, 1, 0, 24, 24, 20), csrrc(0, MIE, 24));
    asm.emit(csrrs(22, MSTATUS, 0), sd(21, 19, 0), sd(22, 19, 8), addi(19, 19, 16));
    asm.emit(andi(24, 28, 1)).to("alone", beq(24, 0, 0));
    asm.emit(csrrsi(0, MSTATUS, 8), nop(), csrrci(0, MSTATUS, 8));
    asm.label("alone").emit(addi(19, 19, -16), ld(21, 19, 0), ld(22, 19, 8));
    asm.emit(csrrw(0, MEPC, 21), csrrw(0, MSTATUS, 22), mret());
    // calls come from a case's end, and what follows it is the next case
    asm.label("exception").emit(addi(24, 0, 8)).to("skip", bltu(20, 24, 0));
    asm.emit(jalr(0, 21, 4));
    return asm.label("skip").emit(addi(21, 21, 4), csrrw(0, MEPC, 21), mret());
  }

  private static Asm supervisorHandler() {
    Asm asm = vectors(SUPERVISOR_VECTORS, 27);
    asm.emit(csrrs(5, SCAUSE, 0), csrrs(6, SEPC, 0), csrrs(7, SSTATUS, 0));
    asm.emit(sd(5, 18, 0), sd(6, 18, 8), andi(7, 7, SUPERVISOR_STATUS), sd(7, 18, 16));
    asm.emit(csrrs(7, SIP, 0), andi(7, 7, SUPERVISOR), sd(7, 18, 24));
    asm.emit(csrrs(7, SIE, 0), andi(7, 7, SUPERVISOR), sd(7, 18, 32), sd(27, 18, 40));
    asm.emit(addi(18, 18, ENTRY_BYTES));
    asm.emit(addi(25, 0, 1), r(0x33, 1, 0, 25, 25, 5), csrrc(0, SIE, 25));
    asm.emit(csrrs(7, SSTATUS, 0), sd(6, 30, 0), sd(7, 30, 8), addi(30, 30, 16));
    asm.emit(andi(25, 28, 2)).to("alone", beq(25, 0, 0));
    asm.emit(csrrsi(0, SSTATUS, 2), nop(), csrrci(0, SSTATUS, 2));
    asm.label("alone").emit(addi(30, 30, -16), ld(6, 30, 0), ld(7, 30, 8));
    return asm.emit(csrrw(0, SEPC, 6), csrrw(0, SSTATUS, 7), sret());
  }

  private Asm cases(int count) {
    Asm asm = new Asm(CASES);
    for (int i = 0; i < count; i++) {
      int mode = new int[] {0, 1, 3}[random.nextInt(3)];
      setUp(asm, mode);
      int length = 2 + random.nextInt(8);
      for (int j = 0; j < length; j++) {
        change(asm, mode);
      }
      asm.emit(ecall());
    }
    return asm.li(8, 0x10_0000).li(9, 0x5555).emit(sw(9, 8, 0)).label("end").j("end");
  }

  /** Runs with interrupts disabled, but for the instructions that enable and return. */
  private void setUp(Asm asm, int mode) {
    asm.emit(csrrw(0, MSTATUS, 0), csrrw(0, MIE, 0), csrrw(0, MIP, 0));
    asm.li(19, STACKS).li(30, STACKS + 0x1_0000).emit(addi(28, 0, random.nextInt(4)));
    csr(asm, MTVEC, MACHINE_VECTORS | random.nextInt(2));
    csr(asm, STVEC, SUPERVISOR_VECTORS | random.nextInt(2));
    csr(asm, MIDELEG, random.nextInt() & SUPERVISOR);
    csr(asm, MCOUNTEREN, random.nextInt(8));
    csr(asm, SCOUNTEREN, random.nextInt(8));
    csr(asm, MCOUNTINHIBIT, random.nextInt(8) & 5);
    asm.li(8, MSIP).emit(addi(9, 0, random.nextInt(2)), sw(9, 8, 0));
    asm.li(8, MTIMECMP).emit(addi(9, 0, -random.nextInt(2)), sd(9, 8, 0));
    if (timer == Timer.COMPARE) {
      csr(asm, MENVCFG, random.nextInt(4) == 0 ? 0 : 1L << 63);
      asm.emit(csrrs(8, COUNTERS[1], 0), addi(8, 8, random.nextInt(12)), csrrw(0, STIMECMP, 8));
    }
    csr(asm, MIP, random.nextInt() & SUPERVISOR);
    csr(asm, MIE, random.nextInt() & ALL);
    int status = random.nextInt() & (MACHINE_STATUS & ~0x1808) | mode << 11;
    asm.li(9, status).emit(auipc(8, 0), addi(8, 8, 20), csrrw(0, MEPC, 8));
    asm.emit(csrrw(0, MSTATUS, 9), mret());
  }

  private static void csr(Asm asm, int csr, long value) {
    asm.li(8, value).emit(csrrw(0, csr, 8));
  }

  private void change(Asm asm, int mode) {
    int operation = 1 + random.nextInt(3);
    switch (random.nextInt(mode == 0 ? 4 : 10)) {
      case 0 -> asm.emit(nop(), nop());
      // only whether it may be read counts: the values are an implementation's own
      case 1, 2 -> asm.emit(csrrs(8, COUNTERS[random.nextInt(3)], 0), addi(8, 0, 0));
      case 3 -> {
        if (timer == Timer.COMPARE) {
          asm.emit(addi(9, 0, 1 + random.nextInt(500)));
          asm.emit(addi(9, 9, -1), bne(9, 0, -4));
        } else {
          asm.emit(csrrs(8, STIMECMP, 0), addi(8, 0, 0));
        }
      }
      case 4, 5 -> {
        int bits = mode == 3 ? new int[] {2, 8, 10}[random.nextInt(3)] : 2;
        int status = mode == 3 ? MSTATUS : SSTATUS;
        asm.emit(random.nextBoolean() ? csrrsi(0, status, bits) : csrrci(0, status, bits));
      }
      case 6 -> {
        asm.li(8, random.nextInt() & SUPERVISOR);
        asm.emit(i(0x73, operation, 9, 8, mode == 3 ? MIP : SIP), andi(9, 9, SUPERVISOR));
      }
      case 7 -> {
        asm.li(8, random.nextInt() & ALL).emit(i(0x73, operation, 9, 8, mode == 3 ? MIE : SIE));
        asm.li(8, ALL).emit(and(9, 9, 8));
      }
      case 8 -> {
        int csr = mode == 3 ? MIDELEG : SIP;
        asm.li(8, random.nextInt() & SUPERVISOR).emit(i(0x73, operation, 0, 8, csr));
      }
      default -> asm.emit(csrrs(9, mode == 3 ? MIP : SIP, 0), andi(9, 9, SUPERVISOR));
    }
  }

  private static int and(int rd, int rs1, int rs2) {
    return r(0x33, 7, 0, rd, rs1, rs2);
  }
}
