package dev.vls.bench.result;

/** A way of running the same guest. */
public enum Variant {
  /** Live, not recorded. */
  PLAIN("plain"),
  /** Live and recorded to a log directory. */
  RECORD("record"),
  /** Replayed from the log of the same round. */
  REPLAY("replay"),
  /** QEMU's translator. */
  QEMU_PLAIN("qemu"),
  /** QEMU counting instructions. */
  QEMU_ICOUNT("qemu-icount"),
  /** QEMU recording. */
  QEMU_RECORD("qemu-record");

  private final String label;

  Variant(String label) {
    this.label = label;
  }

  /** Returns the name in tables and JSON. */
  public String label() {
    return label;
  }
}
