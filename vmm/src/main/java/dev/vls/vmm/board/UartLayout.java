package dev.vls.vmm.board;

/**
 * Registers and bits of the 16550A, one byte apart.
 *
 * <pre>
 * offset  read                  write                 with LCR.DLAB
 *      0  RBR received byte     THR byte to send      DLL divisor, low
 *      1  IER interrupt enable  IER                   DLM divisor, high
 *      2  IIR interrupt cause   FCR FIFO control
 *      3  LCR line control      LCR
 *      4  MCR modem control     MCR
 *      5  LSR line status       ignored
 *      6  MSR modem status      ignored
 *      7  SCR scratch           SCR
 * </pre>
 */
final class UartLayout {
  static final int RBR = 0;
  static final int IER = 1;
  static final int IIR = 2;
  static final int LCR = 3;
  static final int MCR = 4;
  static final int LSR = 5;
  static final int MSR = 6;
  static final int SCR = 7;
  static final int REGISTERS = 8;

  static final int IER_RDI = 0x01;
  static final int IER_THRI = 0x02;
  static final int IER_RLSI = 0x04;
  static final int IER_MSI = 0x08;
  static final int IER_ALL = 0x0f;

  static final int IIR_NONE = 0x01;
  static final int IIR_MSI = 0x00;
  static final int IIR_THRI = 0x02;
  static final int IIR_RDI = 0x04;
  static final int IIR_RLSI = 0x06;
  static final int IIR_TIMEOUT = 0x0c;
  static final int IIR_FIFO = 0xc0;

  static final int FCR_ENABLE = 0x01;
  static final int FCR_CLEAR_RECEIVE = 0x02;
  static final int FCR_TRIGGER_SHIFT = 6;

  static final int LCR_DLAB = 0x80;

  static final int MCR_DTR = 0x01;
  static final int MCR_RTS = 0x02;
  static final int MCR_OUT1 = 0x04;
  static final int MCR_OUT2 = 0x08;
  static final int MCR_LOOP = 0x10;
  static final int MCR_ALL = 0x1f;

  static final int LSR_DR = 0x01;
  static final int LSR_OE = 0x02;
  static final int LSR_THRE = 0x20;
  static final int LSR_TEMT = 0x40;

  static final int MSR_TERI = 0x04;
  static final int MSR_DELTAS = 0x0f;
  static final int MSR_CTS = 0x10;
  static final int MSR_DSR = 0x20;
  static final int MSR_RI = 0x40;
  static final int MSR_DCD = 0x80;
  static final int MSR_LINES = 0xf0;

  private UartLayout() {}
}
