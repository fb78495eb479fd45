package dev.vls.vmm.board;

import static dev.vls.vmm.board.UartLayout.*;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.MmioDevice;

/**
 * A 16550A whose line is infinitely fast: a byte written to THR is on the line at once, and the
 * receive FIFO is a window on {@link ConsoleInput}, so that whoever reads the console first, the
 * UART's driver or the SBI, gets the byte.
 *
 * <p>What follows from that: THRE and TEMT are always set, the FIFO never overruns except with its
 * own loop-back bytes, clearing it discards only those, and the character timeout is reported at
 * once when fewer bytes wait than the trigger level. Registers 0 to 7 answer to any access width,
 * as on the common board; the rest of the window faults.
 */
final class Uart16550 implements MmioDevice {
  private static final int FIFO_BYTES = 16;
  private static final int[] TRIGGER_BYTES = {1, 4, 8, 14};
  private static final int RESET_DIVISOR = 12;
  private static final int ATTACHED = MSR_CTS | MSR_DSR | MSR_DCD;

  private final ConsoleInput input;
  private final ConsoleOutput output;
  private final InterruptLine line;
  private final byte[] sent = new byte[1];
  private final byte[] loop = new byte[FIFO_BYTES];
  private int loopFirst;
  private int loopCount;
  private int divisor;
  private int ier;
  private int fcr;
  private int lcr;
  private int mcr;
  private int msr;
  private int scr;
  private boolean overrun;
  private boolean transmitterEmptied;

  /**
   * Creates a UART after reset.
   *
   * @param line its interrupt
   */
  Uart16550(ConsoleInput input, ConsoleOutput output, InterruptLine line) {
    this.input = input;
    this.output = output;
    this.line = line;
    input.onChange(this::ask);
    reset();
  }

  /** Puts every register into its state after power-on. */
  void reset() {
    loopFirst = 0;
    loopCount = 0;
    divisor = RESET_DIVISOR;
    ier = 0;
    fcr = 0;
    lcr = 0;
    mcr = 0;
    msr = ATTACHED;
    scr = 0;
    overrun = false;
    transmitterEmptied = false;
    rest();
  }

  @Override
  public long read(long offset, int bytes) throws AccessFaultException {
    check(offset);
    int value = readRegister((int) offset);
    if (offset == RBR) {
      ask();
    } else {
      rest();
    }
    return value;
  }

  @Override
  public void write(long offset, int bytes, long value) throws AccessFaultException {
    check(offset);
    writeRegister((int) offset, (int) value & 0xff);
    ask();
  }

  @Override
  public void exchange(StateExchange exchange) {
    divisor = exchange.number(divisor, 0, 0xffff);
    ier = exchange.number(ier, 0, 0xff);
    fcr = exchange.number(fcr, 0, 0xff);
    lcr = exchange.number(lcr, 0, 0xff);
    mcr = exchange.number(mcr, 0, 0xff);
    msr = exchange.number(msr, 0, 0xff);
    scr = exchange.number(scr, 0, 0xff);
    overrun = exchange.flag(overrun);
    transmitterEmptied = exchange.flag(transmitterEmptied);
    loopCount = exchange.number(loopCount, 0, FIFO_BYTES);
    loopFirst = exchange.restores() ? 0 : loopFirst;
    for (int i = 0; i < loopCount; i++) {
      int at = (loopFirst + i) % FIFO_BYTES;
      loop[at] = (byte) exchange.number(loop[at] & 0xff, 0, 0xff);
    }
  }

  private int readRegister(int register) {
    return switch (register) {
      case RBR -> dlab() ? divisor & 0xff : receive();
      case IER -> dlab() ? divisor >>> 8 : ier;
      case IIR -> readCause();
      case LCR -> lcr;
      case MCR -> mcr;
      case LSR -> readLineStatus();
      case MSR -> readModemStatus();
      default -> scr;
    };
  }

  private void writeRegister(int register, int value) {
    switch (register) {
      case RBR -> {
        if (dlab()) {
          divisor = (divisor & 0xff00) | value;
        } else {
          transmit(value);
        }
      }
      case IER -> {
        if (dlab()) {
          divisor = (divisor & 0xff) | value << 8;
        } else {
          writeEnable(value & IER_ALL);
        }
      }
      case IIR -> writeFifoControl(value);
      case LCR -> lcr = value;
      case MCR -> {
        mcr = value & MCR_ALL;
        modemLines();
      }
      case SCR -> scr = value;
      default -> {
        // LSR and MSR are written by factory tests only.
      }
    }
  }

  private boolean dlab() {
    return (lcr & LCR_DLAB) != 0;
  }

  private boolean looped() {
    return (mcr & MCR_LOOP) != 0;
  }

  private int received() {
    return loopCount > 0 || looped() ? loopCount : Math.min(input.available(), FIFO_BYTES);
  }

  private int receive() {
    if (loopCount == 0) {
      return looped() ? 0 : Math.max(0, input.take());
    }
    int value = loop[loopFirst] & 0xff;
    loopFirst = (loopFirst + 1) % FIFO_BYTES;
    loopCount--;
    return value;
  }

  private void transmit(int value) {
    transmitterEmptied = true;
    if (looped()) {
      loopBack(value);
      return;
    }
    sent[0] = (byte) value;
    output.put(sent, 0, 1);
  }

  private void loopBack(int value) {
    int room = (fcr & FCR_ENABLE) != 0 ? FIFO_BYTES : 1;
    if (loopCount < room) {
      loop[(loopFirst + loopCount) % FIFO_BYTES] = (byte) value;
      loopCount++;
      return;
    }
    overrun = true;
    if (room == 1) {
      loop[loopFirst] = (byte) value;
    }
  }

  private void writeEnable(int value) {
    // Enabling THRI while the transmitter is empty asks at once: drivers start sending that way.
    if (((value ^ ier) & IER_THRI) != 0) {
      transmitterEmptied = (value & IER_THRI) != 0;
    }
    ier = value;
  }

  private void writeFifoControl(int value) {
    boolean toggled = ((value ^ fcr) & FCR_ENABLE) != 0;
    if (toggled || (value & FCR_CLEAR_RECEIVE) != 0) {
      loopCount = 0;
    }
    // Without FIFOs the other bits of FCR cannot be set.
    fcr = (value & FCR_ENABLE) != 0 ? value & (FCR_ENABLE | 3 << FCR_TRIGGER_SHIFT) : 0;
  }

  private int readLineStatus() {
    int value = LSR_THRE | LSR_TEMT;
    if (received() > 0) {
      value |= LSR_DR;
    }
    if (overrun) {
      value |= LSR_OE;
    }
    overrun = false;
    return value;
  }

  private int readModemStatus() {
    int value = msr;
    msr &= ~MSR_DELTAS;
    return value;
  }

  /** Recomputes the modem lines; CTS, DSR and DCD note any change, RI only its end. */
  private void modemLines() {
    int now = looped() ? loopedLines() : ATTACHED;
    int changed = (msr ^ now) & MSR_LINES;
    int deltas = changed >>> 4 & ~MSR_TERI;
    if ((changed & msr & MSR_RI) != 0) {
      deltas |= MSR_TERI;
    }
    msr = now | (msr & MSR_DELTAS) | deltas;
  }

  private int loopedLines() {
    return ((mcr & MCR_RTS) != 0 ? MSR_CTS : 0)
        | ((mcr & MCR_DTR) != 0 ? MSR_DSR : 0)
        | ((mcr & MCR_OUT1) != 0 ? MSR_RI : 0)
        | ((mcr & MCR_OUT2) != 0 ? MSR_DCD : 0);
  }

  private int readCause() {
    int cause = cause();
    if (cause == IIR_THRI) {
      transmitterEmptied = false;
    }
    return cause | ((fcr & FCR_ENABLE) != 0 ? IIR_FIFO : 0);
  }

  /** Returns the cause of the highest priority that is enabled, or {@link UartLayout#IIR_NONE}. */
  private int cause() {
    if ((ier & IER_RLSI) != 0 && overrun) {
      return IIR_RLSI;
    }
    int received = received();
    if ((ier & IER_RDI) != 0 && received > 0) {
      return received >= TRIGGER_BYTES[fcr >>> FCR_TRIGGER_SHIFT] ? IIR_RDI : IIR_TIMEOUT;
    }
    if ((ier & IER_THRI) != 0 && transmitterEmptied) {
      return IIR_THRI;
    }
    return (ier & IER_MSI) != 0 && (msr & MSR_DELTAS) != 0 ? IIR_MSI : IIR_NONE;
  }

  private void ask() {
    line.level(cause() != IIR_NONE);
  }

  /**
   * After a read that can only take a cause away. Software that never reads IIR, and so keeps the
   * transmitter's cause, is asked again only when it has written something.
   */
  private void rest() {
    if (cause() == IIR_NONE) {
      line.level(false);
    }
  }

  private static void check(long offset) throws AccessFaultException {
    if (offset < 0 || offset >= REGISTERS) {
      throw AccessFaultException.INSTANCE;
    }
  }
}
