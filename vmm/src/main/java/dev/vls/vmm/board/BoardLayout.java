package dev.vls.vmm.board;

/**
 * Addresses and interrupt numbers of the {@code virt} board (DESIGN section 2).
 *
 * <pre>
 * guest-physical  bytes      what
 * 0x0010_0000     0x1000     test finisher
 * 0x0010_1000     0x1000     real-time clock, PLIC source 11
 * 0x0200_0000     0x10000    CLINT/ACLINT
 * 0x0c00_0000     0x600000   PLIC
 * 0x1000_0000     0x100      UART 16550, PLIC source 10
 * 0x1000_1000     0x8000     eight virtio-mmio slots of 0x1000, PLIC sources 1 to 8
 * 0x3800_0000     0x1000000  window for grant-table frames (Xen ABI)
 * 0x8000_0000     RAM
 * </pre>
 */
public final class BoardLayout {
  /** Test finisher. */
  public static final long FINISHER_BASE = 0x10_0000;

  /** Bytes of the finisher's window. */
  public static final long FINISHER_BYTES = 0x1000;

  /** Real-time clock. */
  public static final long RTC_BASE = 0x10_1000;

  /** Bytes of the clock's window. */
  public static final long RTC_BYTES = 0x1000;

  /** PLIC source of the clock. */
  public static final int RTC_IRQ = 11;

  /** CLINT/ACLINT. */
  public static final long ACLINT_BASE = 0x0200_0000;

  /** Bytes of the ACLINT's window. */
  public static final long ACLINT_BYTES = 0x1_0000;

  /** PLIC. */
  public static final long PLIC_BASE = 0x0c00_0000;

  /** Bytes of the PLIC's window. */
  public static final long PLIC_BYTES = 0x60_0000;

  /** UART 16550. */
  public static final long UART_BASE = 0x1000_0000;

  /** Bytes of the UART's window. */
  public static final long UART_BYTES = 0x100;

  /** PLIC source of the UART. */
  public static final int UART_IRQ = 10;

  /** First of the virtio-mmio slots. */
  public static final long VIRTIO_BASE = 0x1000_1000;

  /** Bytes of a slot's window, and from one to the next. */
  public static final long VIRTIO_BYTES = 0x1000;

  /** Number of slots. */
  public static final int VIRTIO_SLOTS = 8;

  /** PLIC source of slot 0; the others follow. */
  public static final int VIRTIO_IRQ = 1;

  /** Window that a Xen-aware guest maps its grant-table frames into. */
  public static final long GRANT_WINDOW_BASE = 0x3800_0000;

  /** Bytes of the grant window. */
  public static final long GRANT_WINDOW_BYTES = 16L << 20;

  /** Largest interrupt source of the PLIC ({@code riscv,ndev}). */
  public static final int PLIC_SOURCES = 95;

  /** Where a raw payload for S-mode is loaded. */
  public static final long PAYLOAD_BASE = 0x8020_0000L;

  /** Most harts that the windows above have room for. */
  public static final int MAX_HARTS = 512;

  private BoardLayout() {}
}
