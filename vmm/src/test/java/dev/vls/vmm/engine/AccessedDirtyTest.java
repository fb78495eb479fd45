package dev.vls.vmm.engine;

import static dev.vls.vmm.engine.TestMachine.*;
import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.HartGroup;
import dev.vls.vmm.isa.Asm;
import dev.vls.vmm.memory.GuestMemory;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A and D of page-table entries, set by the walks of accesses and of nothing else (Svadu). */
class AccessedDirtyTest {
  private static final int MENVCFG = 0x30a;
  private static final int STVEC = 0x105;
  private static final int SEPC = 0x141;
  private static final int SCAUSE = 0x142;
  private static final long STCE = 1L << 63;
  private static final long DATA = RAM + 0x3_0000;
  private static final long VIRTUAL = 0x4000_0000L;
  private static final long RW = V | R | W;
  private static final int LR = 2;
  private static final int SC = 3;

  /** A machine with one page at {@link #VIRTUAL}, and where its entry is. */
  private record Page(TestMachine machine, long entry) {
    static Page of(TestMachine machine, int levels, long flags) {
      machine.csr(STVEC, HANDLER).paging(levels);
      long entry = machine.map(levels, VIRTUAL, DATA, flags, 0);
      machine.hart.x(A1, VIRTUAL);
      return new Page(machine, entry);
    }

    static Page of(int levels, long flags, int... code) {
      return of(TestMachine.supervisor().code(code), levels, flags);
    }

    Page run(long steps) {
      machine.run(steps);
      return this;
    }

    long marks() {
      return machine.get64(entry) & (A | D);
    }

    long cause() {
      return machine.csr(SCAUSE);
    }
  }

  private static Stream<Function<GuestMemory, Engine>> engines() {
    return Stream.of(
        Interpreter::new,
        Engines.stressed(new SplittableRandom(1)),
        Engines.stressed(new SplittableRandom(7)));
  }

  private static long marksAfter(int levels, long flags, int... code) {
    Page page = Page.of(levels, flags, code).run(code.length);
    assertEquals(0, page.machine.hart.traps());
    return page.marks();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldMarkWhatWasAccessedWhenHardwareUpdatesEntries(int levels) {
    assertEquals(A, marksAfter(levels, RW, ld(A0, A1, 8)));
    assertEquals(A | D, marksAfter(levels, RW, sd(A0, A1, 8)));
    assertEquals(A | D, marksAfter(levels, RW | A, ld(A0, A1, 0), sb(A0, A1, 0)));
    assertEquals(A | D, marksAfter(levels, RW | D, ld(A0, A1, 8)));
    assertEquals(A, marksAfter(levels, RW, amo(LR, 8, A0, A1, 0)));
    assertEquals(A | D, marksAfter(levels, RW, amo(0, 4, A0, A1, A2)));
    assertEquals(A | D, marksAfter(levels, RW, amo(LR, 8, A0, A1, 0), amo(SC, 8, A0, A1, A2)));
    assertEquals(A, marksAfter(levels, RW, fld(1, A1, 0)));
    assertEquals(0, marksAfter(levels, RW, nop()));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldMarkNothingWhenAStoreConditionalFails(int levels) {
    assertEquals(0, marksAfter(levels, RW, amo(SC, 8, A0, A1, A2)));
    assertEquals(A, marksAfter(levels, RW, amo(LR, 8, A0, A1, 0), amo(SC, 4, A0, A1, A2)));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldMarkNothingWhenTheAccessIsNotPermitted(int levels) {
    for (long flags : new long[] {V | R, V | R | X, RW | U, RW & ~V, V | W}) {
      Page page = Page.of(levels, flags, sd(A0, A1, 0)).run(1);
      assertEquals(Cause.STORE_PAGE, page.cause());
      assertEquals(0, page.marks());
    }
    Page fetch = Page.of(levels, RW, jalr(0, A1, 0)).run(2);
    assertEquals(Cause.FETCH_PAGE, fetch.cause());
    assertEquals(0, fetch.marks());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldFaultAndMarkNothingWhenHardwareUpdatesAreOff(int levels) {
    long[][] cases = {
      {RW, ld(A0, A1, 0), Cause.LOAD_PAGE},
      {RW | D, ld(A0, A1, 0), Cause.LOAD_PAGE},
      {RW | A, sd(A0, A1, 0), Cause.STORE_PAGE},
      {RW | A, amo(0, 8, A0, A1, A2), Cause.STORE_PAGE},
      {RW, amo(LR, 8, A0, A1, 0), Cause.LOAD_PAGE},
      {V | X, jalr(0, A1, 0), Cause.FETCH_PAGE},
    };
    for (long[] c : cases) {
      Page page = Page.of(levels, c[0], (int) c[1]);
      page.machine.csr(MENVCFG, STCE);
      page.run(c[2] == Cause.FETCH_PAGE ? 2 : 1);
      assertEquals(c[2], page.cause());
      assertEquals(c[0] & (A | D), page.marks());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldMarkTheLeafOnlyWhenItIsASuperpage(int levels) {
    TestMachine machine = TestMachine.supervisor().code(sd(A0, A1, 0)).paging(levels);
    long big = 0x8000_0000L - (1 << 21);
    long entry = machine.map(levels, big, RAM, RW, 1);
    machine.hart.x(A1, big + 0x3_0000);
    machine.run(1);
    assertEquals(RAM >>> 12 << 10 | RW | A | D, machine.get64(entry));
    assertEquals(0, machine.hart.traps());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldMarkEachPageWhenAnAccessCrossesInto(int levels) {
    Page page = Page.of(levels, RW, sd(A0, A1, 0), ld(A0, A2, 0));
    long second = page.machine.map(levels, VIRTUAL + 4096, DATA + 4096, RW, 0);
    page.machine.hart.x(A1, VIRTUAL + 4090);
    page.run(1);
    assertEquals(A | D, page.marks());
    assertEquals(A | D, page.machine.get64(second) & (A | D));
    Page last = Page.of(levels, RW, sd(A0, A1, 0));
    last.machine.hart.x(A1, VIRTUAL + 4090);
    last.run(1);
    assertEquals(Cause.STORE_PAGE, last.cause());
    assertEquals(A | D, last.marks()); // of the part that could have been stored
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldMarkBothPagesWhenAnInstructionLiesOnTwo(int levels) {
    Page page = Page.of(levels, V | X, jalr(0, A1, 0));
    long second = page.machine.map(levels, VIRTUAL + 4096, DATA + 4096, V | X, 0);
    page.machine.put(DATA + 4094, addi(A0, 0, 77));
    page.machine.hart.x(A1, VIRTUAL + 4094);
    page.run(1);
    assertEquals(0, page.marks()); // it was jumped to and not fetched yet
    page.run(1);
    assertEquals(77, page.machine.hart.x(A0));
    assertEquals(A, page.marks());
    assertEquals(A, page.machine.get64(second) & (A | D));
  }

  @Test
  void shouldTakeAnAccessFaultWhenNoMemoryHoldsTheTable() {
    TestMachine machine = TestMachine.supervisor().code(sd(A0, A1, 0)).csr(STVEC, HANDLER);
    machine.paging(3);
    machine.put64(ROOT + 8 * (VIRTUAL >>> 30), 0x10_0000L >>> 12 << 10 | V); // the finisher
    machine.hart.x(A1, VIRTUAL);
    machine.run(1);
    assertEquals(Cause.STORE_ACCESS, machine.csr(SCAUSE));
  }

  @Test
  void shouldMarkThePageWhenNothingIsBehindIt() {
    TestMachine machine = TestMachine.supervisor().code(sd(A0, A1, 0)).csr(STVEC, HANDLER);
    machine.paging(3);
    long entry = machine.map(3, VIRTUAL, 0x10_0000_0000L, RW, 0);
    machine.hart.x(A1, VIRTUAL);
    machine.run(1);
    assertEquals(Cause.STORE_ACCESS, machine.csr(SCAUSE));
    assertEquals(A | D, machine.get64(entry) & (A | D));
  }

  @Test
  void shouldMarkNothingWhenSomebodyLooks() {
    Page page = Page.of(3, RW);
    byte[] bytes = new byte[8];
    assertTrue(page.machine.hart.peekVirtual(VIRTUAL, bytes, 0, 8));
    assertEquals(0, page.marks());
    assertFalse(page.machine.hart.peekVirtual(VIRTUAL + 4090, bytes, 0, 8));
  }

  @Test
  void shouldMarkAllOrNothingWhenTheVmmCopiesInTheGuestsName() {
    Page page = Page.of(3, RW);
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
    assertFalse(page.machine.hart.writeVirtual(VIRTUAL + 4090, bytes, 0, 8));
    assertFalse(page.machine.hart.readVirtual(VIRTUAL + 4090, bytes, 0, 8));
    assertEquals(0, page.marks());
    assertTrue(page.machine.hart.writeVirtual(VIRTUAL, bytes, 0, 8));
    assertEquals(A | D, page.marks());
    Page read = Page.of(3, RW);
    assertTrue(read.machine.hart.readVirtual(VIRTUAL, bytes, 0, 8));
    assertEquals(A, read.marks());
    assertArrayEquals(new byte[8], bytes);
  }

  @Test
  void shouldMakeTheTableDirtyWhenAnEntryIsMarked() {
    Page page = Page.of(3, RW, ld(A0, A1, 0), ld(A0, A1, 0), sd(A0, A1, 0), sd(A0, A1, 0));
    int frame = (int) (page.entry - RAM >>> 12);
    for (boolean marks : new boolean[] {true, false, true, false}) {
      page.machine.memory.cleanAll();
      page.run(1);
      assertEquals(marks, page.machine.memory.isDirty(frame));
    }
  }

  @Test
  void shouldEndTheReservationWhenAMarkIsStoredWhereItIs() {
    Page page = Page.of(3, RW);
    page.machine.code(amo(LR, 8, A0, A2, 0), ld(A0, A1, 0), amo(SC, 8, A3, A2, 0));
    page.machine.hart.x(A2, page.entry);
    page.run(3);
    assertEquals(1, page.machine.hart.x(A3)); // and not 0, which would lose the mark
    assertEquals(A, page.marks());
  }

  /**
   * The entry of an executable page is an instruction too: c.addi x8, 2, and with A c.addi x8, 18.
   */
  @ParameterizedTest
  @MethodSource("engines")
  void shouldExecuteTheNewInstructionWhenAnEntryThatIsCodeIsMarked(
      Function<GuestMemory, Engine> engine) {
    TestMachine machine = TestMachine.of(Firmware.SUPERVISOR_PAYLOAD, engine);
    machine.csr(STVEC, HANDLER).paging(3);
    long page = RAM + 0x8_1000; // makes the entry's next halfword c.fldsp f0, 0(sp)
    long entry = machine.map(3, VIRTUAL, page, V | X, 0);
    // behind them, where the entry is 0, an illegal instruction leads to the handler
    machine.put(page, jalr(0, T0, 0));
    Asm asm = new Asm(HANDLER);
    asm.to("second", bne(A3, 0, 0));
    asm.emit(addi(A0, A0, -1)).to("again", bne(A0, 0, 0));
    asm.emit(addi(A3, 0, 1), jalr(T0, A1, 0)); // fetches through the entry, which marks it
    asm.label("again").emit(jalr(0, A2, 0));
    asm.label("second").emit(ecall());
    machine.put(HANDLER, asm.words());
    machine.hart.x(SP, DATA);
    machine.hart.x(A0, 50);
    machine.hart.x(A1, VIRTUAL);
    machine.hart.x(A2, entry);
    machine.hart.pc(entry);
    for (int stops = 0; machine.hart.x(A3) == 0 || machine.hart.pc() != HANDLER; stops++) {
      assertTrue(stops < 10_000);
      machine.run(1);
    }
    assertEquals(A, machine.get64(entry) & (A | D));
    assertEquals(50 * 2 + 18, machine.hart.x(8));
  }

  /** Loads and stores in turn; after a while the guest itself takes the marks away again. */
  @ParameterizedTest
  @MethodSource("engines")
  void shouldMarkAgainWhenTheGuestTakesTheMarksAway(Function<GuestMemory, Engine> engine) {
    Page page = Page.of(TestMachine.of(Firmware.SUPERVISOR_PAYLOAD, engine), 3, RW);
    Asm asm = new Asm(CODE);
    asm.emit(addi(A3, 0, 0));
    asm.label("round").li(T0, 100);
    asm.label("loads").emit(ld(T1, A1, 0), addi(T0, T0, -1)).to("loads", bne(T0, 0, 0));
    asm.emit(ld(T1, A2, 0), andi(T1, T1, 0xc0), slli(A3, A3, 8), add(A3, A3, T1));
    asm.li(T0, 100);
    asm.label("stores").emit(sd(T1, A1, 0), addi(T0, T0, -1)).to("stores", bne(T0, 0, 0));
    asm.emit(ld(T1, A2, 0), andi(T2, T1, 0xc0), slli(A3, A3, 8), add(A3, A3, T2));
    asm.emit(andi(T1, T1, -0xc1), sd(T1, A2, 0));
    asm.emit(addi(A0, A0, -1)).to("round", bne(A0, 0, 0)).emit(ecall());
    page.machine.code(asm.words());
    page.machine.hart.x(A2, page.entry);
    page.machine.hart.x(A0, 4);
    Stop stop;
    do {
      stop = page.machine.engine.run(page.machine.hart, 1_000_000);
    } while (stop != Stop.ECALL);
    assertEquals(0x40c0_40c0_40c0_40c0L, page.machine.hart.x(A3));
    assertEquals(0, page.marks());
  }

  /** One hart has found the page storable, the other one takes D away; then both in turn. */
  @ParameterizedTest
  @MethodSource("engines")
  void shouldMarkAgainWhenAnotherHartTakesTheMarksAway(Function<GuestMemory, Engine> engines) {
    TestMachine first = TestMachine.of(Firmware.SUPERVISOR_PAYLOAD, engines);
    HartGroup group =
        new HartGroup(first.memory, first.bus, first.time, Firmware.SUPERVISOR_PAYLOAD);
    Hart[] harts = {new Hart(0, group), new Hart(1, group)};
    long entry = first.map(3, VIRTUAL, DATA, RW, 0);
    first.map(3, RAM, RAM, ALL, 2);
    Asm asm = new Asm(CODE);
    asm.label("loop").emit(sd(A0, A1, 0), addi(A0, A0, -1)).to("loop", bne(A0, 0, 0)).emit(ecall());
    asm.label("clear").emit(ld(T1, A2, 0), andi(T1, T1, -0xc1), sd(T1, A2, 0), ecall());
    first.code(asm.words());
    for (Hart hart : harts) {
      hart.start(CODE, 0, 0);
      hart.csrs().write(0x180, 8L << 60 | ROOT >>> 12);
      hart.x(A1, VIRTUAL);
      hart.x(A2, entry);
    }
    Engine engine = engines.apply(first.memory);
    for (int turn = 0; turn < 6; turn++) {
      call(engine, group, harts[turn & 1], CODE);
      assertEquals(A | D, first.get64(entry) & (A | D));
      call(engine, group, harts[turn + 1 & 1], asm.address("clear"));
      assertEquals(0, first.get64(entry) & (A | D));
    }
  }

  private static void call(Engine engine, HartGroup group, Hart hart, long code) {
    group.run(hart);
    hart.pc(code);
    hart.x(A0, 100);
    while (engine.run(hart, 100_000) != Stop.ECALL) {
      assertEquals(0, hart.csrs().read(SEPC));
    }
  }

  /** A loop that is hot calls a function on another page; then it does not, then again. */
  @ParameterizedTest
  @MethodSource("engines")
  void shouldMarkCodeWhenItIsExecutedAndNotWhenItIsTranslated(
      Function<GuestMemory, Engine> engine) {
    Page page = Page.of(TestMachine.of(Firmware.SUPERVISOR_PAYLOAD, engine), 3, V | R | X);
    page.machine.put(DATA, addi(A3, A3, 1), jalr(0, RA, 0));
    Asm asm = new Asm(CODE);
    asm.label("round").li(T0, 200);
    asm.label("loop").to("skip", beq(A0, 0, 0)).emit(jalr(RA, A1, 0));
    asm.label("skip").emit(addi(T0, T0, -1)).to("loop", bne(T0, 0, 0)).emit(ecall());
    asm.emit(ld(T1, A2, 0), andi(T1, T1, -0xc1), sd(T1, A2, 0)).j("round");
    page.machine.code(asm.words());
    page.machine.hart.x(A2, page.entry);
    for (int calls : new int[] {1, 1, 0, 0, 1, 0, 1}) {
      page.machine.hart.x(A0, calls);
      while (page.machine.engine.run(page.machine.hart, 100_000) != Stop.ECALL) {
        assertEquals(0, page.machine.csr(SEPC));
      }
      assertEquals(calls == 1 ? A : 0, page.marks());
      page.machine.hart.pc(page.machine.hart.pc() + 4);
    }
    assertEquals(800, page.machine.hart.x(A3));
  }
}
