package dev.vls.vmm.hart;

/** Kinds of memory access that translation tells apart. */
public enum Access {
  /** Instruction fetch. */
  FETCH(Cause.FETCH_ACCESS, Cause.FETCH_PAGE),
  /** Load and LR. */
  LOAD(Cause.LOAD_ACCESS, Cause.LOAD_PAGE),
  /** Store, SC and AMO. */
  STORE(Cause.STORE_ACCESS, Cause.STORE_PAGE);

  private final int accessFault;
  private final int pageFault;

  Access(int accessFault, int pageFault) {
    this.accessFault = accessFault;
    this.pageFault = pageFault;
  }

  /** Returns the exception code for a physical address that nothing answers. */
  public int accessFault() {
    return accessFault;
  }

  /** Returns the exception code for a translation that fails. */
  public int pageFault() {
    return pageFault;
  }
}
