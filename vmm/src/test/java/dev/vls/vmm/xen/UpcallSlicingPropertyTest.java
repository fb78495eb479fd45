package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.StateWords;
import dev.vls.vmm.board.ConsoleInput;
import dev.vls.vmm.board.PowerControl;
import dev.vls.vmm.board.Sbi;
import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.engine.Interpreter;
import dev.vls.vmm.engine.Stop;
import dev.vls.vmm.hart.Hart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The upcall of a guest that stores to its own upcall byte as it likes is taken at the same
 * instructions in whatever slices the guest is run (R3).
 */
class UpcallSlicingPropertyTest {
  private static final long SEED = Long.getLong("vls.seed", 20260101L);
  private static final int PROGRAMS = 150;
  private static final int PIECES = 60;
  private static final long STEPS = 4_000;
  private static final long EVENT_EVERY = 97;
  private static final long CODE = XenFixture.RAM + 0x10000;
  private static final long HANDLER = XenFixture.RAM + 0x20000;
  private static final long SEND = XenFixture.RAM + 0x5000;

  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int UPCALL_BYTE = 5;
  private static final int ONE = 6;
  private static final int TEMPORARY = 7;
  private static final int SEEN = 8;
  private static final int UPCALL_BIT = 9;
  private static final int SEND_STRUCT = 18;
  private static final int WHERE_TAKEN = 21;

  private static final int SSTATUS = 0x100;
  private static final int SIE = 0x104;
  private static final int STVEC = 0x105;
  private static final int SEPC = 0x141;
  private static final int SIP = 0x144;
  private static final int SRET = 0x1020_0073;
  private static final int WFI = 0x1050_0073;
  private static final int ECALL = 0x73;
  private static final long EXTENSION = 0x0856_4c53;

  @Test
  void shouldTakeTheUpcallAtTheSameInstructionsWhenTheSlicesDiffer() {
    SplittableRandom random = new SplittableRandom(SEED);
    long taken = 0;
    for (int program = 0; program < PROGRAMS; program++) {
      long seed = random.nextLong();
      Guest whole = new Guest(new SplittableRandom(seed));
      Guest sliced = new Guest(new SplittableRandom(seed));
      whole.run(new SplittableRandom(1), Long.MAX_VALUE);
      sliced.run(new SplittableRandom(seed), 7);
      assertEquals(whole.state(), sliced.state(), "program seed " + seed + ", seed " + SEED);
      taken += whole.fixture.hart.traps();
    }
    assertTrue(taken > PROGRAMS, "the programs do take interrupts: " + taken);
  }

  private static final class Guest {
    final XenFixture fixture = new XenFixture().mapShared().registered(0);
    final Hart hart = fixture.hart;
    final Engine engine = new Interpreter(fixture.memory);
    final Sbi sbi = sbi();
    final int port;

    Guest(SplittableRandom random) {
      port = fixture.allocUnbound(DomainId.HOST);
      fixture.domain.events().bindHost(port, from -> {});
      int ipi = fixture.bindIpi(0);
      fixture.put32(SEND, ipi);
      write(CODE, program(random));
      write(HANDLER, handler(random));
      hart.start(CODE, 0, 0);
      hart.x(UPCALL_BYTE, XenFixture.infoOf(0));
      hart.x(ONE, 1);
      hart.x(UPCALL_BIT, 1L << XenDomain.UPCALL_INTERRUPT);
      hart.x(SEND_STRUCT, SEND);
      hart.x(16, Hypercalls.EVENT_CHANNEL_OP);
      hart.x(17, EXTENSION);
      hart.csrs().write(STVEC, HANDLER);
    }

    private Sbi sbi() {
      PowerControl power =
          new PowerControl() {
            @Override
            public void off(int code) {}

            @Override
            public void reset() {}
          };
      return new Sbi(
          fixture.memory,
          fixture.harts,
          new ConsoleInput(fixture.memory),
          (bytes, offset, length) -> {},
          power,
          Optional.of(fixture.domain.hypercalls()));
    }

    /** Runs with an event at every multiple of EVENT_EVERY and random slices up to {@code most}. */
    void run(SplittableRandom slices, long most) {
      while (hart.position().steps() < STEPS) {
        long steps = hart.position().steps();
        long left = EVENT_EVERY - steps % EVENT_EVERY;
        if (left == EVENT_EVERY) {
          event();
        }
        if (!fixture.domain.runnable(hart)) {
          event();
          hart.countTrap();
          hart.waiting(false);
          continue;
        }
        left = Math.min(left, STEPS - steps);
        long slice = most == Long.MAX_VALUE ? left : Math.min(left, slices.nextLong(most) + 1);
        if (engine.run(hart, slice) == Stop.ECALL) {
          sbi.call(hart);
        }
      }
    }

    private void event() {
      fixture.clearPending(port);
      fixture.put64(XenFixture.infoOf(0) + VcpuInfoLayout.PENDING_SEL_OFFSET, 0);
      fixture.domain.events().raise(port);
    }

    List<Long> state() {
      List<Long> words = StateWords.of(hart);
      words.addAll(fixture.state());
      words.add((long) java.util.Arrays.hashCode(fixture.memory.bytes()));
      return words;
    }

    private void write(long address, List<Integer> code) {
      for (int i = 0; i < code.size(); i++) {
        fixture.put32(address + 4L * i, code.get(i));
      }
    }
  }

  /** A loop of random pieces, each of which touches what the upcall depends on. */
  private static List<Integer> program(SplittableRandom random) {
    List<Integer> code = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      piece(random, code);
    }
    code.add(jump(-4 * code.size()));
    return code;
  }

  private static void piece(SplittableRandom random, List<Integer> code) {
    switch (random.nextInt(12)) {
      case 0 -> code.add(storeByte(ONE));
      case 1, 2 -> code.add(storeByte(0));
      case 3, 4 -> code.add(csr(6, SSTATUS, 2, 0)); // csrsi: SIE on
      case 5 -> code.add(csr(7, SSTATUS, 2, 0)); // csrci: SIE off
      case 6 -> {
        code.add(csr(2, SIP, 0, TEMPORARY));
        code.add(add(SEEN, SEEN, TEMPORARY));
      }
      case 7 -> code.add(csr(2, SIE, UPCALL_BIT, 0));
      case 8 -> code.add(csr(3, SIE, UPCALL_BIT, 0));
      case 9 -> code.add(WFI);
      case 10 -> {
        code.add(addImmediate(A0, 0, EventOps.SEND));
        code.add(add(A1, SEND_STRUCT, 0));
        code.add(ECALL);
      }
      default -> code.add(addImmediate(SEEN, SEEN, 1));
    }
  }

  /** Notes where the interrupt was taken; most clear the upcall. */
  private static List<Integer> handler(SplittableRandom random) {
    List<Integer> code = new ArrayList<>();
    code.add(csr(2, SEPC, 0, 22));
    code.add(add(WHERE_TAKEN, WHERE_TAKEN, WHERE_TAKEN));
    code.add(add(WHERE_TAKEN, WHERE_TAKEN, 22));
    if (random.nextInt(8) != 0) {
      code.add(storeByte(0));
    }
    code.add(SRET);
    return code;
  }

  private static int storeByte(int source) {
    return source << 20 | UPCALL_BYTE << 15 | 0x23;
  }

  private static int csr(int function, int number, int source, int target) {
    return number << 20 | source << 15 | function << 12 | target << 7 | 0x73;
  }

  private static int add(int target, int left, int right) {
    return right << 20 | left << 15 | target << 7 | 0x33;
  }

  private static int addImmediate(int target, int source, int value) {
    return value << 20 | source << 15 | target << 7 | 0x13;
  }

  private static int jump(int offset) {
    return (offset & 0x80000000)
        | (offset & 0x7fe) << 20
        | (offset & 0x800) << 9
        | (offset & 0xff000)
        | 0x6f;
  }
}
