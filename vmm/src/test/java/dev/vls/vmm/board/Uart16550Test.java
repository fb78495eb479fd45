package dev.vls.vmm.board;

import static dev.vls.vmm.board.UartLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.StateWords;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Uart16550Test {
  private final GuestMemory memory = new GuestMemory(4096, 1);
  private final ConsoleInput input = new ConsoleInput(memory);
  private final Typist typist = new Typist(memory, input);
  private final Recorder world = new Recorder();
  private final Wire line = new Wire();
  private final Uart16550 uart = new Uart16550(input, world, line);

  private int in(int register) throws AccessFaultException {
    return (int) uart.read(register, 1);
  }

  private void out(int register, int value) throws AccessFaultException {
    uart.write(register, 1, value);
  }

  @Test
  void shouldSendWhenThrIsWritten() throws Exception {
    for (byte each : "hi\n".getBytes(StandardCharsets.US_ASCII)) {
      assertEquals(LSR_THRE | LSR_TEMT, in(LSR));
      out(RBR, each);
    }
    assertEquals("hi\n", world.text());
  }

  @Test
  void shouldActOnOneRegisterWhenTheAccessIsWide() throws Exception {
    uart.write(0, 4, 0x4142_4344);
    assertEquals("D", world.text());
    assertEquals(LSR_THRE | LSR_TEMT, uart.read(LSR, 4));
  }

  @Test
  void shouldKeepTheDivisorApartWhenDlabIsSet() throws Exception {
    out(LCR, 0x83);
    out(RBR, 0x34);
    out(IER, 0x12);
    assertEquals(0x34, in(RBR));
    assertEquals(0x12, in(IER));
    out(LCR, 0x03);
    assertEquals(0, in(IER));
    assertEquals("", world.text());
    assertFalse(line.high);
  }

  /** The steps by which a stock 8250 driver recognises a 16550A. */
  @Test
  void shouldLookLikeA16550AWhenADriverProbes() throws Exception {
    out(IER, 0);
    assertEquals(0, in(IER));
    out(IER, 0xff);
    assertEquals(0x0f, in(IER));
    out(IER, 0);
    out(MCR, MCR_LOOP | MCR_RTS | MCR_OUT2);
    assertEquals(MSR_DCD | MSR_CTS, in(MSR) & MSR_LINES);
    out(MCR, 0);
    out(IIR, FCR_ENABLE);
    assertEquals(IIR_FIFO, in(IIR) & IIR_FIFO);
    out(IIR, 0);
    assertEquals(IIR_NONE, in(IIR));
    out(SCR, 0xa5);
    assertEquals(0xa5, in(SCR));
  }

  @Test
  void shouldInterruptForTheTransmitterOnceWhenItIsEnabledAndAgainAfterEachByte() throws Exception {
    out(IER, IER_THRI);
    assertTrue(line.high);
    assertEquals(IIR_THRI, in(IIR));
    assertFalse(line.high, "reading IIR acknowledges");
    assertEquals(IIR_NONE, in(IIR));
    out(RBR, 'x');
    assertTrue(line.high);
    out(IER, 0);
    assertFalse(line.high);
    out(IER, IER_THRI);
    assertEquals(IIR_THRI, in(IIR), "a driver tests this after it switched the interrupt off");
  }

  /** A driver that looks at LSR only: it never takes the transmitter's cause away. */
  @Test
  void shouldNotAskWithoutEndWhenIirIsNeverRead() throws Exception {
    Wire hart = new Wire();
    Plic plic = new Plic(hart);
    Uart16550 uart = new Uart16550(input, world, high -> plic.level(10, high));
    plic.write(4 * 10, 4, 1);
    plic.write(0x2000, 4, 1 << 10);
    uart.write(IER, 1, IER_THRI | IER_RDI);
    for (int sent = 0; sent < 3; sent++) {
      assertTrue(hart.high);
      assertEquals(10, plic.read(0x20_0004, 4));
      assertEquals(LSR_THRE | LSR_TEMT, (int) uart.read(LSR, 1));
      plic.write(0x20_0004, 4, 10);
      assertFalse(hart.high);
      uart.write(RBR, 1, 'x');
    }
    plic.read(0x20_0004, 4);
    typist.type("ab");
    plic.write(0x20_0004, 4, 10);
    assertTrue(hart.high);
    plic.read(0x20_0004, 4);
    uart.read(RBR, 1); // and leaves one
    plic.write(0x20_0004, 4, 10);
    assertTrue(hart.high);
  }

  @Test
  void shouldInterruptUntilDrainedWhenInputArrives() throws Exception {
    out(IIR, FCR_ENABLE | 2 << FCR_TRIGGER_SHIFT);
    out(IER, IER_RDI);
    typist.type("1234567");
    assertTrue(line.high);
    assertEquals(IIR_TIMEOUT | IIR_FIFO, in(IIR), "below the trigger level of 8");
    typist.type("89");
    assertEquals(IIR_RDI | IIR_FIFO, in(IIR));
    StringBuilder read = new StringBuilder();
    while ((in(LSR) & LSR_DR) != 0) {
      assertTrue(line.high);
      read.append((char) in(RBR));
    }
    assertEquals("123456789", read.toString());
    assertFalse(line.high);
    assertEquals(IIR_NONE | IIR_FIFO, in(IIR));
  }

  @Test
  void shouldDropTheLineWhenAnotherReaderTakesTheInput() throws Exception {
    out(IER, IER_RDI);
    typist.type("a");
    assertTrue(line.high);
    assertEquals('a', input.take());
    assertFalse(line.high);
    assertEquals(0, in(RBR));
  }

  @Test
  void shouldKeepTypedInputWhenADriverClearsTheFifo() throws Exception {
    typist.type("early");
    out(IIR, FCR_ENABLE | FCR_CLEAR_RECEIVE);
    assertEquals('e', in(RBR));
  }

  @Test
  void shouldLoopBackAndNotSendWhenMcrSaysSo() throws Exception {
    typist.type("line");
    out(IIR, FCR_ENABLE);
    out(MCR, MCR_LOOP);
    assertEquals(0, in(LSR) & LSR_DR, "the line is cut off");
    for (int i = 0; i < 20; i++) {
      out(RBR, i);
    }
    assertEquals("", world.text());
    assertEquals(LSR_DR | LSR_OE, in(LSR) & (LSR_DR | LSR_OE));
    assertEquals(0, in(LSR) & LSR_OE, "reading LSR clears the error");
    for (int i = 0; i < 16; i++) {
      assertEquals(i, in(RBR));
    }
    assertEquals(0, in(LSR) & LSR_DR);
    out(MCR, 0);
    assertEquals('l', in(RBR));
  }

  @Test
  void shouldReportOverrunBeforeAnythingElseWhenEnabled() throws Exception {
    out(IER, IER_RLSI | IER_RDI | IER_THRI);
    out(MCR, MCR_LOOP);
    out(RBR, 1);
    out(RBR, 2);
    assertEquals(IIR_RLSI, in(IIR));
    in(LSR);
    assertEquals(IIR_RDI, in(IIR));
    assertEquals(2, in(RBR), "without FIFOs the newest byte wins");
    assertEquals(IIR_THRI, in(IIR));
  }

  @Test
  void shouldInterruptForModemLinesWhenTheyChange() throws Exception {
    out(IER, IER_MSI);
    assertFalse(line.high);
    out(MCR, MCR_LOOP | MCR_OUT1);
    assertTrue(line.high);
    assertEquals(IIR_MSI, in(IIR));
    assertEquals(MSR_RI | 0x0b, in(MSR), "CTS, DSR and DCD fell; RI rose, which is no delta");
    assertFalse(line.high);
    out(MCR, MCR_LOOP);
    assertEquals(MSR_TERI, in(MSR));
  }

  @Test
  void shouldFaultWhenThereIsNoSuchRegister() {
    assertThrows(AccessFaultException.class, () -> uart.read(REGISTERS, 1));
    assertThrows(AccessFaultException.class, () -> uart.write(0xff, 1, 0));
  }

  @Test
  void shouldForgetEverythingButTheLineWhenReset() throws Exception {
    var fresh = StateWords.of(uart);
    out(IIR, FCR_ENABLE);
    out(IER, 0x0f);
    out(MCR, MCR_LOOP);
    out(RBR, 7);
    out(SCR, 7);
    out(LCR, 0x83);
    uart.reset();
    assertEquals(fresh, StateWords.of(uart));
    assertFalse(line.high);
  }
}
