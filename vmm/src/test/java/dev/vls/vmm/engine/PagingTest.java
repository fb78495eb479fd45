package dev.vls.vmm.engine;

import static dev.vls.vmm.engine.TestMachine.*;
import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.hart.Cause;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sv39 (3 levels) and Sv48 (4): rights, superpages, canonical addresses, and that caches of
 * translations cannot be seen. That walks set A and D is {@link AccessedDirtyTest}'s.
 */
class PagingTest {
  private static final long SUM = 1L << 18;
  private static final long MXR = 1L << 19;
  private static final long DATA = RAM + 0x3_0000;
  private static final long VIRTUAL = 0x4000_0000L;
  private static final long GOOD = -1;

  private static TestMachine machine(int levels, int... code) {
    return TestMachine.supervisor().code(code).csr(0x105, HANDLER).paging(levels);
  }

  /**
   * Returns the cause of one access of S-mode to a page with these flags, or GOOD; a clear A or D
   * is a fault.
   */
  private static long access(int levels, int encoding, long flags, long status) {
    TestMachine machine = machine(levels, encoding);
    machine.map(levels, VIRTUAL, DATA, flags, 0);
    machine.csr(0x100, status).csr(0x30a, 0);
    machine.hart.x(A1, VIRTUAL + 16);
    machine.run(1);
    if (machine.hart.traps() == 0) {
      return GOOD;
    }
    assertEquals(VIRTUAL + 16, machine.csr(0x143));
    return machine.csr(0x142);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldCheckRightsWhenSupervisorLoadsAndStores(int levels) {
    int load = ld(A0, A1, 0);
    int store = sd(A0, A1, 0);
    assertEquals(GOOD, access(levels, load, V | R | A, 0));
    assertEquals(GOOD, access(levels, store, V | R | W | A | D, 0));
    assertEquals(Cause.STORE_PAGE, access(levels, store, V | R | A | D, 0));
    assertEquals(Cause.STORE_PAGE, access(levels, store, V | R | W | A, 0));
    assertEquals(Cause.STORE_PAGE, access(levels, store, V | R | W | D, 0));
    assertEquals(Cause.LOAD_PAGE, access(levels, load, V | R, 0));
    assertEquals(Cause.LOAD_PAGE, access(levels, load, R | W | A | D, 0));
    assertEquals(Cause.LOAD_PAGE, access(levels, load, V | W | A | D, 0));
    assertEquals(Cause.LOAD_PAGE, access(levels, load, V | X | A, 0));
    assertEquals(GOOD, access(levels, load, V | X | A, MXR));
    assertEquals(Cause.LOAD_PAGE, access(levels, load, ALL | U, 0));
    assertEquals(GOOD, access(levels, load, ALL | U, SUM));
    assertEquals(GOOD, access(levels, store, ALL | U, SUM));
    assertEquals(Cause.LOAD_PAGE, access(levels, load, ALL | 1L << 54, 0));
    assertEquals(Cause.LOAD_PAGE, access(levels, load, ALL | 1L << 63, 0));
    assertEquals(Cause.STORE_PAGE, access(levels, amo(0, 8, A0, A1, 0), V | R | A, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldNeverExecuteUserPagesWhenInSupervisorMode(int levels) {
    for (long status : new long[] {0, SUM}) {
      TestMachine machine = machine(levels, jalr(0, A1, 0));
      machine.map(levels, VIRTUAL, DATA, ALL | U, 0);
      machine.csr(0x100, status);
      machine.hart.x(A1, VIRTUAL);
      machine.run(2);
      assertEquals(Cause.FETCH_PAGE, machine.csr(0x142));
      assertEquals(VIRTUAL, machine.csr(0x143));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldFaultWhenAddressesAreNotCanonical(int levels) {
    int bits = 12 + 9 * levels;
    for (long address : new long[] {1L << bits - 1, 1L << 62, -1L << bits}) {
      TestMachine machine = machine(levels, ld(A0, A1, 0));
      machine.hart.x(A1, address);
      machine.run(1);
      assertEquals(Cause.LOAD_PAGE, machine.csr(0x142));
      assertEquals(address, machine.csr(0x143));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldMapSuperpagesWhenTheirFramesAreAligned(int levels) {
    TestMachine machine = machine(levels, ld(A0, A1, 0), ld(A2, A3, 0));
    machine.put64(DATA + 8, 42);
    machine.map(levels, VIRTUAL, RAM, ALL, 1);
    machine.map(levels, VIRTUAL + (1 << 21), RAM + 4096, ALL, 1);
    machine.hart.x(A1, VIRTUAL + (DATA - RAM) + 8);
    machine.hart.x(A3, VIRTUAL + (1 << 21));
    machine.run(2);
    assertEquals(42, machine.hart.x(A0));
    assertEquals(Cause.LOAD_PAGE, machine.csr(0x142));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldSeeTheNewTableAtOnceWhenTheGuestStoresToAnEntry(int levels) {
    TestMachine machine =
        machine(levels, ld(A0, A1, 0), sd(T0, T1, 0), ld(A2, A1, 0), sd(0, T1, 0), ld(A3, A1, 0));
    long pte = machine.map(levels, VIRTUAL, DATA, ALL, 0);
    machine.put64(DATA, 1).put64(DATA + 4096, 2);
    machine.hart.x(A1, VIRTUAL);
    machine.hart.x(T0, DATA + 4096 >>> 12 << 10 | ALL);
    machine.hart.x(T1, pte);
    machine.run(5);
    assertEquals(1, machine.hart.x(A0));
    assertEquals(2, machine.hart.x(A2));
    assertEquals(Cause.LOAD_PAGE, machine.csr(0x142));
    assertEquals(CODE + 16, machine.csr(0x141));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldFollowEachEntryWhenSeveralOfOneTableChangeInTurn(int levels) {
    int moveFirst = sd(T0, T1, 0);
    int moveSecond = sd(T0, T1, 8);
    TestMachine machine =
        machine(
            levels,
            ld(A0, A1, 0),
            ld(A0, A2, 0),
            sd(A0, A1, 8),
            moveFirst,
            ld(A3, A1, 0),
            ld(14, A2, 0),
            moveSecond,
            ld(15, A2, 0),
            sd(0, T1, 8),
            ld(16, A1, 0),
            ld(17, A2, 0));
    long pte = machine.map(levels, VIRTUAL, DATA, ALL, 0);
    machine.map(levels, VIRTUAL + 4096, DATA + 4096, ALL, 0);
    machine.put64(DATA, 1).put64(DATA + 4096, 2).put64(DATA + 8192, 3);
    machine.hart.x(A1, VIRTUAL);
    machine.hart.x(A2, VIRTUAL + 4096);
    machine.hart.x(T0, DATA + 8192 >>> 12 << 10 | ALL);
    machine.hart.x(T1, pte);
    machine.run(11);
    assertEquals(3, machine.hart.x(A3));
    assertEquals(2, machine.hart.x(14));
    assertEquals(3, machine.hart.x(15));
    assertEquals(3, machine.hart.x(16));
    assertEquals(Cause.LOAD_PAGE, machine.csr(0x142));
    assertEquals(VIRTUAL + 4096, machine.csr(0x143));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldFetchFromTheNewFrameWhenTheRunningPageIsRemapped(int levels) {
    TestMachine machine = machine(levels, jalr(0, A1, 0));
    long pte = machine.map(levels, VIRTUAL, DATA, ALL, 0);
    machine.put(DATA, sd(T0, T1, 0), addi(A0, A0, 1));
    machine.put(DATA + 4096, nop(), addi(A0, A0, 2));
    machine.hart.x(A1, VIRTUAL);
    machine.hart.x(T0, DATA + 4096 >>> 12 << 10 | ALL);
    machine.hart.x(T1, pte);
    machine.run(3);
    assertEquals(2, machine.hart.x(A0));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldJoinTwoFramesWhenAnInstructionOrAccessCrossesPages(int levels) {
    TestMachine machine = machine(levels, jalr(0, A1, 0));
    machine.map(levels, VIRTUAL, DATA, ALL, 0);
    machine.map(levels, VIRTUAL + 4096, DATA + 0x5000, ALL, 0);
    int encoding = addi(A0, 0, 77);
    machine.half(DATA + 4094, encoding).half(DATA + 0x5000, encoding >>> 16);
    machine.half(DATA + 0x5002, ld(A2, A3, 0)).half(DATA + 0x5004, ld(A2, A3, 0) >>> 16);
    machine.put64(DATA + 4080, 0x11L << 56).put64(DATA + 4088, 0).put64(DATA + 0x5000 + 8, 0);
    machine.half(DATA + 4094, encoding);
    machine.hart.x(A1, VIRTUAL + 4094);
    machine.hart.x(A3, VIRTUAL + 4092);
    machine.run(3);
    assertEquals(77, machine.hart.x(A0));
    long expected = machine.get64(DATA + 4088) >>> 32 | machine.get64(DATA + 0x5000) << 32;
    assertEquals(expected, machine.hart.x(A2));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldFaultPreciselyWhenTheSecondPageIsMissing(int levels) {
    TestMachine machine = machine(levels, sd(A0, A1, 0));
    machine.map(levels, VIRTUAL, DATA, ALL, 0);
    machine.hart.x(A0, -1);
    machine.hart.x(A1, VIRTUAL + 4093);
    machine.run(1);
    assertEquals(Cause.STORE_PAGE, machine.csr(0x142));
    assertEquals(VIRTUAL + 4096, machine.csr(0x143));
    assertEquals(0, machine.get64(DATA + 4088));
    TestMachine fetch = machine(levels, jalr(0, A1, 0));
    fetch.map(levels, VIRTUAL, DATA, ALL, 0);
    fetch.half(DATA + 4094, 0x0013);
    fetch.hart.x(A1, VIRTUAL + 4094);
    fetch.run(2);
    assertEquals(Cause.FETCH_PAGE, fetch.csr(0x142));
    assertEquals(VIRTUAL + 4094, fetch.csr(0x141));
    assertEquals(VIRTUAL + 4096, fetch.csr(0x143));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldCopyAllOrNothingWhenTheVmmUsesVirtualAddresses(int levels) {
    TestMachine machine = machine(levels);
    machine.map(levels, VIRTUAL, DATA, ALL, 0);
    machine.map(levels, VIRTUAL + 4096, DATA + 0x5000, V | R | A, 0);
    byte[] source = {1, 2, 3, 4, 5, 6, 7, 8};
    assertTrue(machine.hart.writeVirtual(VIRTUAL + 100, source, 0, 8));
    assertFalse(machine.hart.writeVirtual(VIRTUAL + 4092, source, 0, 8));
    assertEquals(0, machine.get64(DATA + 4088));
    byte[] target = new byte[8];
    assertTrue(machine.hart.readVirtual(VIRTUAL + 100, target, 0, 8));
    assertArrayEquals(source, target);
    assertTrue(machine.hart.readVirtual(VIRTUAL + 4092, target, 0, 8));
    assertArrayEquals(new byte[8], target);
    assertFalse(machine.hart.readVirtual(VIRTUAL + 8190, source, 0, 8));
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, source);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldKeepItsModeWhenSatpNamesAnUnknownOne(int levels) {
    TestMachine machine = machine(levels);
    long before = machine.csr(0x180);
    machine.csr(0x180, 10L << 60);
    assertEquals(before, machine.csr(0x180));
  }
}
