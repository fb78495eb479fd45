package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Interrupt;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SbiTest {
  private static final long RAM = GuestMemory.RAM_BASE;
  private static final long RAM_END = RAM + BoardFixture.RAM_BYTES;

  private final BoardFixture machine = new BoardFixture(1, Optional.empty());
  private final Hart hart = machine.harts.getFirst();

  private static boolean softwarePending(Hart hart) {
    return (hart.csrs().read(BoardFixture.SIP) >>> Interrupt.SSI & 1) != 0;
  }

  @Test
  void shouldWriteBothResultsAndThePcAndNothingElseWhenCalled() {
    for (int r = 1; r < 32; r++) {
      hart.x(r, 0x1000L + r);
    }
    hart.pc(RAM + 0x100);
    hart.x(16, 1);
    hart.x(17, SbiLayout.BASE);
    machine.sbi.call(hart);
    assertEquals(RAM + 0x104, hart.pc());
    assertEquals(0, hart.x(10));
    assertEquals(0x56_4c53, hart.x(11));
    for (int r = 1; r < 32; r++) {
      if (r != 10 && r != 11 && r != 16 && r != 17) {
        assertEquals(0x1000L + r, hart.x(r));
      }
    }
  }

  @Test
  void shouldKeepA1WhenTheCallIsALegacyOne() {
    machine.typist.type("k");
    assertEquals('k', machine.ecall(SbiLayout.LEGACY_GETCHAR, 77, 5, 1234));
    assertEquals(1234, machine.value());
    assertEquals(-1, machine.ecall(SbiLayout.LEGACY_GETCHAR, 0));
    assertEquals(0, machine.ecall(SbiLayout.LEGACY_PUTCHAR, 0, 'p'));
    assertEquals("p", machine.world.text());
  }

  @Test
  void shouldDescribeItselfWhenBaseIsAsked() {
    machine.ecall(SbiLayout.BASE, 0);
    assertEquals(0x0200_0000, machine.value());
    for (int function = 4; function < 7; function++) {
      assertEquals(0, machine.ecall(SbiLayout.BASE, function));
      assertEquals(0, machine.value());
    }
    assertEquals(SbiLayout.ERR_NOT_SUPPORTED, machine.ecall(SbiLayout.BASE, 7));
    assertEquals(0, machine.value());
  }

  @Test
  void shouldExecuteTheSameEcallAgainWhenAHypercallIsRestarted() {
    BoardFixture restarting =
        new BoardFixture(
            1,
            Optional.of(
                (caller, number) -> {
                  caller.x(10, caller.x(10) + 1);
                  return caller.x(10) < 3 ? HypercallHandler.RESTART : 7;
                }));
    Hart caller = restarting.harts.getFirst();
    caller.pc(RAM);
    caller.x(11, 99);
    for (int part = 1; part < 3; part++) {
      caller.x(16, 12);
      caller.x(17, SbiLayout.HYPERCALL);
      restarting.sbi.call(caller);
      assertEquals(RAM, caller.pc());
      assertEquals(part, caller.x(10));
      assertEquals(99, caller.x(11));
    }
    restarting.sbi.call(caller);
    assertEquals(RAM + 4, caller.pc());
    assertEquals(7, caller.x(10));
    assertEquals(0, caller.x(11));
  }

  @Test
  void shouldProbeExactlyWhatItDispatches() {
    Set<Long> known = new HashSet<>();
    machine.sbi.known().forEach(each -> known.add(each.extension()));
    assertEquals(16, known.size());
    for (long id : known) {
      machine.ecall(SbiLayout.BASE, 3, id);
      assertEquals(1, machine.value());
    }
    for (long id : new long[] {9, 0x504d55, SbiLayout.HYPERCALL, -1, 0x1_0000_0010L}) {
      machine.ecall(SbiLayout.BASE, 3, id);
      assertEquals(0, machine.value());
      assertEquals(SbiLayout.ERR_NOT_SUPPORTED, machine.ecall(id, 0));
    }
  }

  @Test
  void shouldNameEveryFunctionOnceWhenTheTableIsWalked() {
    List<Sbi.Known> known = machine.sbi.known();
    assertEquals(known.size(), new HashSet<>(known).size());
    for (Sbi.Known each : known) {
      if (each.extension() < SbiLayout.BASE) {
        assertEquals(Sbi.ANY_FUNCTION, each.function());
      }
      assertFalse(each.name().isEmpty());
    }
  }

  @Test
  void shouldMoveTheTimerWhenItIsSet() {
    hart.takeYield();
    assertEquals(0, machine.ecall(SbiLayout.TIME, 0, 5_000));
    assertEquals(5_000, hart.stimecmp());
    assertTrue(hart.takeYield());
    assertEquals(0, machine.ecall(SbiLayout.LEGACY_SET_TIMER, 0, 6_000));
    assertEquals(6_000, hart.stimecmp());
  }

  @Test
  void shouldInterruptExactlyTheMaskedHartsWhenAnIpiIsSent() {
    BoardFixture two = started(2);
    assertEquals(0, two.ecall(SbiLayout.IPI, 0, 1, 1));
    assertFalse(softwarePending(two.harts.get(0)));
    assertTrue(softwarePending(two.harts.get(1)));
    assertEquals(0, two.ecall(SbiLayout.IPI, 0, 0, -1));
    assertTrue(softwarePending(two.harts.get(0)));
    assertEquals(0, two.ecall(SbiLayout.LEGACY_CLEAR_IPI, 0));
    assertFalse(softwarePending(two.harts.get(0)));
    assertTrue(softwarePending(two.harts.get(1)));
  }

  @Test
  void shouldInterruptNobodyWhenAnyMaskedHartDoesNotExist() {
    BoardFixture two = started(2);
    assertEquals(SbiLayout.ERR_INVALID_PARAM, two.ecall(SbiLayout.IPI, 0, 0b111, 0));
    assertEquals(SbiLayout.ERR_INVALID_PARAM, two.ecall(SbiLayout.IPI, 0, 1, Long.MAX_VALUE));
    assertEquals(SbiLayout.ERR_INVALID_PARAM, two.ecall(SbiLayout.IPI, 0, 3, -2));
    assertFalse(softwarePending(two.harts.get(0)));
    assertFalse(softwarePending(two.harts.get(1)));
  }

  @Test
  void shouldReadTheMaskFromMemoryWhenTheIpiIsALegacyOne() {
    machine.memory.put64(0, 0x80, 1);
    assertEquals(0, machine.ecall(SbiLayout.LEGACY_SEND_IPI, 0, RAM + 0x80));
    assertTrue(softwarePending(hart));
    machine.ecall(SbiLayout.LEGACY_CLEAR_IPI, 0);
    assertEquals(SbiLayout.ERR_INVALID_ADDRESS, machine.ecall(SbiLayout.LEGACY_SEND_IPI, 0, 0x10));
    assertFalse(softwarePending(hart));
    assertEquals(0, machine.ecall(SbiLayout.LEGACY_SEND_IPI, 0, 0), "no mask means all");
    assertTrue(softwarePending(hart));
  }

  @Test
  void shouldCheckArgumentsWhenARemoteFenceIsAsked() {
    assertEquals(0, machine.ecall(SbiLayout.RFENCE, 0, 1, 0));
    assertEquals(0, machine.ecall(SbiLayout.RFENCE, 1, 0, -1, 0, -1));
    assertEquals(0, machine.ecall(SbiLayout.RFENCE, 1, 1, 0, -4096, 4096));
    assertEquals(0, machine.ecall(SbiLayout.RFENCE, 2, 1, 0, RAM, 4096, 7));
    assertEquals(
        SbiLayout.ERR_INVALID_ADDRESS, machine.ecall(SbiLayout.RFENCE, 1, 1, 0, -4096, 4097));
    assertEquals(SbiLayout.ERR_INVALID_PARAM, machine.ecall(SbiLayout.RFENCE, 0, 2, 0));
    for (int hypervisorFence = 3; hypervisorFence < 7; hypervisorFence++) {
      assertEquals(
          SbiLayout.ERR_NOT_SUPPORTED, machine.ecall(SbiLayout.RFENCE, hypervisorFence, 1, 0));
    }
    assertEquals(0, machine.ecall(SbiLayout.LEGACY_SFENCE_VMA, 0, 0));
  }

  @Test
  void shouldStartAndStopHartsWhenHsmIsAsked() {
    BoardFixture two = new BoardFixture(2, Optional.empty());
    assertEquals(0, two.ecall(SbiLayout.HSM, 2, 1));
    assertEquals(SbiLayout.HART_STOPPED, two.value());
    assertEquals(SbiLayout.ERR_INVALID_ADDRESS, two.ecall(SbiLayout.HSM, 0, 1, 0x40, 0));
    assertEquals(SbiLayout.ERR_INVALID_ADDRESS, two.ecall(SbiLayout.HSM, 0, 1, RAM + 1, 0));
    assertEquals(SbiLayout.ERR_INVALID_PARAM, two.ecall(SbiLayout.HSM, 0, 2, RAM, 0));
    assertFalse(two.sbi.started(1));
    assertEquals(0, two.ecall(SbiLayout.HSM, 0, 1, RAM + 0x40, 99));
    assertEquals(RAM + 0x40, two.harts.get(1).pc());
    assertEquals(1, two.harts.get(1).x(10));
    assertEquals(99, two.harts.get(1).x(11));
    assertEquals(SbiLayout.ERR_ALREADY_AVAILABLE, two.ecall(SbiLayout.HSM, 0, 1, RAM, 0));
    assertEquals(0, two.ecall(SbiLayout.HSM, 1));
    assertFalse(two.sbi.started(0));
    assertTrue(two.sbi.started(1));
  }

  @Test
  void shouldRefuseToStopTheLastHart() {
    assertEquals(SbiLayout.ERR_FAILED, machine.ecall(SbiLayout.HSM, 1));
    assertTrue(machine.sbi.started(0));
  }

  @Test
  void shouldWaitWhenSuspendedUnlessSomethingIsPending() {
    assertEquals(0, machine.ecall(SbiLayout.HSM, 3, 0));
    assertTrue(hart.waiting());
    hart.waiting(false);
    hart.csrs().write(BoardFixture.SIE, 1 << Interrupt.SSI);
    hart.softwareInterrupt(true);
    assertEquals(0, machine.ecall(SbiLayout.HSM, 3, 0));
    assertFalse(hart.waiting());
    assertEquals(SbiLayout.ERR_INVALID_PARAM, machine.ecall(SbiLayout.HSM, 3, 1));
    assertEquals(SbiLayout.ERR_NOT_SUPPORTED, machine.ecall(SbiLayout.HSM, 3, 0x8000_0000L));
    assertFalse(hart.waiting());
  }

  @Test
  void shouldEndTheMachineAsTheReasonSays() {
    machine.ecall(SbiLayout.SRST, 0, 0, 0);
    machine.ecall(SbiLayout.SRST, 0, 0, 1);
    machine.ecall(SbiLayout.SRST, 0, 1, 0);
    machine.ecall(SbiLayout.SRST, 0, 2, 0);
    machine.ecall(SbiLayout.LEGACY_SHUTDOWN, 0);
    assertEquals(List.of("off 0", "off 1", "reset", "reset", "off 0"), machine.world.power);
    assertEquals(SbiLayout.ERR_INVALID_PARAM, machine.ecall(SbiLayout.SRST, 0, 3, 0));
    assertEquals(SbiLayout.ERR_INVALID_PARAM, machine.ecall(SbiLayout.SRST, 0, 0, 2));
    assertEquals(5, machine.world.power.size());
  }

  @Test
  void shouldWriteTheConsoleAcrossFramesWhenDbcnIsAsked() {
    byte[] text = "across the edge".getBytes(StandardCharsets.US_ASCII);
    machine.memory.write(0, 4096 - 6, text, 0, 6);
    machine.memory.write(1, 0, text, 6, text.length - 6);
    assertEquals(0, machine.ecall(SbiLayout.DBCN, 0, text.length, RAM + 4096 - 6, 0));
    assertEquals(text.length, machine.value());
    machine.ecall(SbiLayout.DBCN, 2, 0x121);
    assertEquals("across the edge!", machine.world.text());
  }

  @Test
  void shouldMoveABoundedPartWhenTheBufferIsHuge() {
    assertEquals(0, machine.ecall(SbiLayout.DBCN, 0, -1, RAM, 0));
    assertEquals(SbiConsole.MAX_BYTES, machine.value());
    assertEquals(SbiConsole.MAX_BYTES, machine.world.console.size());
  }

  @Test
  void shouldRefuseABufferThatIsNotMemory() {
    for (int function = 0; function < 2; function++) {
      for (long[] bad :
          new long[][] {{8, 0, 0}, {8, RAM, 1}, {8, RAM_END - 4, 0}, {8, -4, 0}, {8, RAM - 4, 0}}) {
        assertEquals(
            SbiLayout.ERR_INVALID_PARAM,
            machine.ecall(SbiLayout.DBCN, function, bad[0], bad[1], bad[2]));
        assertEquals(0, machine.value());
      }
    }
    assertEquals("", machine.world.text());
    assertEquals(0, machine.ecall(SbiLayout.DBCN, 0, 8, RAM_END - 8, 0));
  }

  @Test
  void shouldReadWhatIsThereWhenDbcnIsAsked() {
    assertEquals(0, machine.ecall(SbiLayout.DBCN, 1, 10, RAM + 4090, 0));
    assertEquals(0, machine.value());
    machine.typist.type("0123456789abcdef");
    assertEquals(0, machine.ecall(SbiLayout.DBCN, 1, 10, RAM + 4090, 0));
    assertEquals(10, machine.value());
    byte[] read = new byte[10];
    machine.memory.read(0, 4090, read, 0, 6);
    machine.memory.read(1, 0, read, 6, 4);
    assertArrayEquals("0123456789".getBytes(StandardCharsets.US_ASCII), read);
    assertEquals(6, machine.board.consoleInput().available());
  }

  @Test
  void shouldPassHypercallsOnWhenThereIsAHandler() {
    List<Integer> numbers = new ArrayList<>();
    BoardFixture xen =
        new BoardFixture(
            1,
            Optional.of(
                (caller, number) -> {
                  numbers.add(number);
                  return caller.x(10) - 38;
                }));
    assertEquals(-36, xen.ecall(SbiLayout.HYPERCALL, 17, 2, 3, 4));
    assertEquals(0, xen.value());
    assertEquals(4, xen.harts.getFirst().x(12));
    xen.ecall(SbiLayout.HYPERCALL, 1L << 32 | 17);
    xen.ecall(SbiLayout.HYPERCALL, -5);
    assertEquals(List.of(17, -1, -1), numbers);
    xen.ecall(SbiLayout.BASE, 3, SbiLayout.HYPERCALL);
    assertEquals(1, xen.value());
  }

  private static BoardFixture started(int count) {
    BoardFixture machine = new BoardFixture(count, Optional.empty());
    for (int id = 1; id < count; id++) {
      assertEquals(0, machine.ecall(SbiLayout.HSM, 0, id, RAM, 0));
    }
    return machine;
  }
}
