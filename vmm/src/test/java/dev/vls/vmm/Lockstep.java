package dev.vls.vmm;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Privilege;
import dev.vls.vmm.isa.CompressedDecoder;
import dev.vls.vmm.isa.Decoder;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * A machine of ours and a hart of QEMU, side by side.
 *
 * <p>What both must agree on is executed by both: QEMU runs a stretch at a time, to where ours has
 * come. What depends on time, on devices or on who made the hart is executed by ours alone, and
 * QEMU is told what came of it: accesses to devices, CSRs that count or name an implementation,
 * WFI, and the moment of an interrupt. So a difference is a difference of instructions, exceptions,
 * address translation or CSRs.
 */
final class Lockstep {
  private static final long RAM_BASE = 0x8000_0000L;

  /** Steps of a stretch, where it ends at an instruction that it meets for the first time. */
  private static final int STRETCH = 4096;

  private static final int LONGEST_STRETCH = 200_000;

  /** Stretches after which all state is compared, and not just integer registers. */
  private static final int THOROUGH = 64;

  private static final int FCSR = 0x003;
  private static final int SATP = 0x180;
  private static final int[] SUPERVISOR_TRAP = {0x141, 0x142, 0x143};
  private static final int[] MACHINE_TRAP = {0x341, 0x342, 0x343};
  private static final int SCOUNTEREN = 0x106;
  private static final int MCOUNTEREN = 0x306;
  private static final int MSTATUS = 0x300;
  private static final int MIDELEG = 0x303;

  /** The upcall of the Xen ABI is always delegated, and only ours has it. */
  private static final long UPCALL = 1L << 24;

  /** Compared now and then: status, delegation, enables, trap state, translation, FP state. */
  private static final int[] COMPARED = {
    MSTATUS,
    0x302,
    MIDELEG,
    0x304,
    0x305,
    MCOUNTEREN,
    0x340,
    0x341,
    0x342,
    0x343,
    0x105,
    SCOUNTEREN,
    0x140,
    0x141,
    0x142,
    0x143,
    SATP
  };

  /** What depends on time or on interrupts, or says who made the hart. */
  private static final Set<Integer> OURS =
      Set.of(
          0x144, 0x14d, 0x344, 0xf11, 0xf12, 0xf13, 0xb00, 0xb02, 0xc00, 0xc01, 0xc02, 0x301,
          MIDELEG);

  private final Machine machine;
  private final Hart hart;
  private final QemuHart qemu;
  private final Visits visits = new Visits();
  private final long[] before = new long[Hart.REGISTERS];
  private final byte[] code = new byte[2];
  private long stretchStart;
  private long waitedAt = -1; // where the step was a WFI
  private int stretches;
  private long alone;

  /** Puts both to the first instruction of {@code machine}. */
  Lockstep(Machine machine, QemuHart qemu) throws IOException {
    this.machine = machine;
    this.hart = machine.harts().getFirst();
    this.qemu = qemu;
    hand(hart.registers().clone(), true);
  }

  /** Returns where the stretch that was compared last began, in steps. */
  long lastStretch() {
    return stretchStart;
  }

  /** Returns how many steps ours did alone. */
  long alone() {
    return alone;
  }

  /**
   * Runs both.
   *
   * @param end in steps
   * @param single from which step on each step is a stretch of its own
   * @return the first difference
   */
  Optional<String> run(long end, long single) throws IOException {
    stretchStart = machine.position().steps();
    visits.clear();
    while (machine.position().steps() < end && machine.power().isEmpty()) {
      long pc = hart.pc();
      long slot = slot(pc);
      System.arraycopy(hart.registers(), 0, before, 0, before.length);
      long reads = deviceAddress(slot);
      Position from = machine.position();
      step();
      // what EBREAK leaves in tval, its address or 0, is an implementation's choice
      boolean interrupted = isInterrupt(from) || SlotLayout.opcode(slot) == EBREAK;
      boolean retired = machine.position().traps() == from.traps();
      if (interrupted || isOurs(slot, reads) && (retired || SlotLayout.opcode(slot) == WFI)) {
        Optional<String> difference = meet(pc, before);
        if (difference.isPresent()) {
          return difference;
        }
        follow(interrupted);
      } else {
        visits.arrive(hart.pc());
        if (isEnd(single)) {
          Optional<String> difference = meet(hart.pc(), hart.registers());
          if (difference.isPresent()) {
            return difference;
          }
          stretchStart = machine.position().steps();
        }
      }
    }
    Optional<String> difference = meet(hart.pc(), hart.registers());
    return difference.isPresent() ? difference : everything();
  }

  private void step() {
    while (!machine.runnable()) {
      machine.jumpToDeadline();
    }
    machine.run(1);
  }

  private boolean isEnd(long single) {
    long steps = machine.position().steps();
    return steps > single
        || visits.total() >= LONGEST_STRETCH
        || visits.total() >= STRETCH && visits.of(hart.pc()) == 1;
  }

  /** Lets QEMU come to {@code pc}, where ours was with these registers, and compares. */
  private Optional<String> meet(long pc, long[] registers) throws IOException {
    long arrivals = visits.of(pc);
    if (visits.total() == 0) {
      return Optional.empty();
    }
    qemu.run(pc, arrivals);
    visits.clear();
    long[] theirs = qemu.registers();
    StringBuilder difference = new StringBuilder();
    for (int i = 1; i < Hart.REGISTERS; i++) {
      note(difference, "x" + i, registers[i], theirs[i]);
    }
    note(difference, "pc", pc, theirs[QemuHart.PC]);
    stretches++;
    if (difference.isEmpty() && stretches % THOROUGH == 0) {
      return thorough();
    }
    return described(difference);
  }

  /** QEMU takes over what the last step of ours came to. */
  private void follow(boolean interrupted) throws IOException {
    alone++;
    hand(before, false);
    if (interrupted) {
      for (int csr : hart.privilege() == Privilege.MACHINE ? MACHINE_TRAP : SUPERVISOR_TRAP) {
        qemu.csr(csr, hart.csrs().read(csr));
      }
      qemu.csr(MSTATUS, hart.csrs().read(MSTATUS));
      qemu.privilege(hart.privilege().code());
    }
    qemu.csr(MIDELEG, hart.csrs().read(MIDELEG) & ~UPCALL);
    stretchStart = machine.position().steps();
  }

  private void hand(long[] known, boolean all) throws IOException {
    long[] now = hart.registers();
    for (int i = 1; i < Hart.REGISTERS; i++) {
      if (all || now[i] != known[i]) {
        qemu.register(i, now[i]);
      }
    }
    qemu.register(QemuHart.PC, hart.pc());
  }

  private Optional<String> thorough() throws IOException {
    StringBuilder difference = new StringBuilder();
    note(difference, "privilege", hart.privilege().code(), qemu.privilege());
    CsrFile csrs = hart.csrs();
    for (int csr : COMPARED) {
      note(
          difference,
          "csr 0x%03x".formatted(csr),
          csrs.read(csr) & mask(csr),
          qemu.csr(csr) & mask(csr));
    }
    if (csrs.floatsOn()) {
      note(difference, "fcsr", csrs.read(FCSR), qemu.csr(FCSR));
      for (int i = 0; i < Hart.REGISTERS; i++) {
        note(difference, "f" + i, hart.f(i), qemu.floating(i));
      }
    }
    return described(difference);
  }

  /** Which bits of a CSR have to be equal. */
  private static long mask(int csr) {
    return switch (csr) {
      case MIDELEG -> ~UPCALL;
      case MCOUNTEREN, SCOUNTEREN -> 0xffff_ffffL; // 32 bits wide; QEMU keeps what is beyond
      default -> -1;
    };
  }

  private Optional<String> everything() throws IOException {
    Optional<String> difference = thorough();
    int frame = difference.isPresent() ? -1 : qemu.difference(machine.memory());
    return frame < 0
        ? difference
        : Optional.of(
            "memory differs in the page at 0x%x"
                .formatted(RAM_BASE + (long) frame * GuestMemory.FRAME_BYTES));
  }

  private static void note(StringBuilder difference, String what, long ours, long theirs) {
    if (ours != theirs) {
      difference.append("%s ours 0x%x theirs 0x%x; ".formatted(what, ours, theirs));
    }
  }

  private Optional<String> described(StringBuilder difference) {
    return difference.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "between step %d and %s (our pc 0x%x): %s"
                .formatted(stretchStart, machine.position(), hart.pc(), difference));
  }

  private boolean isInterrupt(Position from) {
    if (machine.position().traps() == from.traps()) {
      return false;
    }
    boolean toMachine = hart.privilege() == Privilege.MACHINE;
    return hart.csrs().read((toMachine ? MACHINE_TRAP : SUPERVISOR_TRAP)[1]) < 0
        && machine.position().instret() == from.instret()
        && !isWait(from);
  }

  /** WFI counts as an entry into the VMM; nothing was interrupted then. */
  private boolean isWait(Position from) {
    return hart.pc() == waitedAt + 4 && machine.position().traps() == from.traps() + 1;
  }

  private boolean isOurs(long slot, long device) {
    return switch (SlotLayout.opcode(slot)) {
      case WFI, PAUSE -> true;
      case CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI ->
          isOurs(SlotLayout.immediate(slot) & 0xfff);
      default -> device != 0;
    };
  }

  private static boolean isOurs(int csr) {
    return OURS.contains(csr)
        || csr >= 0xc03 && csr <= 0xc1f
        || csr >= 0xb03 && csr <= 0xb1f
        || csr >= 0x323 && csr <= 0x33f
        || csr >= 0x3a0 && csr <= 0x3ef; // ours has these and no entries, QEMU has not
  }

  /** Returns the address of an access that does not go to RAM, or 0. */
  private long deviceAddress(long slot) {
    int opcode = SlotLayout.opcode(slot);
    waitedAt = opcode == WFI ? hart.pc() : -1;
    boolean accesses = opcode >= LB && opcode <= SD || opcode >= FLD && opcode <= FSW;
    if (!accesses) {
      return 0;
    }
    long address = hart.x(SlotLayout.rs1(slot)) + SlotLayout.immediate(slot);
    return isRam(address) ? 0 : address;
  }

  private boolean isRam(long address) {
    return hart.privilege() == Privilege.MACHINE
        ? address >= RAM_BASE && address - RAM_BASE < machine.config().ramBytes()
        : hart.peekVirtual(address, code, 0, 1);
  }

  /** Returns the decoded instruction at {@code pc}; one of user space is not looked at. */
  private long slot(long pc) {
    int low = half(pc);
    return (low & 3) == 3
        ? Decoder.decode(low | half(pc + 2) << 16)
        : CompressedDecoder.decode(low);
  }

  private int half(long pc) {
    if (hart.privilege() == Privilege.MACHINE) {
      long offset = pc - RAM_BASE;
      if (offset < 0 || offset >= machine.config().ramBytes()) {
        return 0;
      }
      int at = (int) (offset % GuestMemory.FRAME_BYTES);
      machine.memory().read((int) (offset / GuestMemory.FRAME_BYTES), at, code, 0, 2);
    } else if (!hart.peekVirtual(pc, code, 0, 2)) {
      return 0;
    }
    return code[0] & 0xff | (code[1] & 0xff) << 8;
  }

  /** How often ours came to which instruction in a stretch. */
  private static final class Visits {
    private static final int SIZE = 1 << 19;

    private final long[] keys = new long[SIZE];
    private final int[] counts = new int[SIZE];
    private final int[] rounds = new int[SIZE];
    private int round = 1;
    private long total;

    void clear() {
      round++;
      total = 0;
    }

    void arrive(long pc) {
      int at = find(pc);
      if (rounds[at] != round) {
        rounds[at] = round;
        keys[at] = pc;
        counts[at] = 0;
      }
      counts[at]++;
      total++;
    }

    int of(long pc) {
      int at = find(pc);
      return rounds[at] == round ? counts[at] : 0;
    }

    long total() {
      return total;
    }

    private int find(long pc) {
      int at = (int) ((pc >>> 1) * 0x9e3779b97f4a7c15L >>> 45) & SIZE - 1;
      while (rounds[at] == round && keys[at] != pc) {
        at = at + 1 & SIZE - 1;
      }
      return at;
    }
  }
}
