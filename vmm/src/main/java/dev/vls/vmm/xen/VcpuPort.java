package dev.vls.vmm.xen;

/** What the ABI needs of the hart behind a vCPU. */
interface VcpuPort {
  /**
   * Copies guest memory in, at a virtual address of the hart's present address space; false if any
   * byte faults.
   */
  boolean read(long address, byte[] target, int at, int length);

  /** Copies to guest memory; false if any byte faults. */
  boolean write(long address, byte[] source, int at, int length);

  /** Drives the upcall interrupt. */
  void upcall(boolean level);

  /** Makes the hart wait, as WFI does. */
  void sleep();

  /** Ends a wait. */
  void wake();

  /** Returns whether the hart waits. */
  boolean sleeping();

  /**
   * Returns whether an interrupt is pending that {@code sie} enables, whatever {@code sstatus.SIE}
   * says.
   */
  boolean interruptPending();

  /** Sets {@code sstatus.SIE}. */
  void enableInterrupts();

  /** Lets other harts run first. */
  void reschedule();

  /** Returns the retired instructions that guest time is a function of. */
  long instret();
}
