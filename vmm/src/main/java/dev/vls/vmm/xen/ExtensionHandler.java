package dev.vls.vmm.xen;

/** Answers this project's own hypercall, {@code arch_0}; inside the boundary, domain's thread. */
public interface ExtensionHandler {
  /** Longest mark. */
  int MAX_MARK_BYTES = 256;

  /**
   * Flushes the SMA channel behind an event channel (pull, DESIGN section 3).
   *
   * @param port a port of the guest, valid
   * @return 0, or a negative errno
   */
  long poll(int port);

  /**
   * Takes a mark that the guest puts into the recording.
   *
   * @param text at most {@link #MAX_MARK_BYTES} bytes, owned by the callee
   * @return 0, or a negative errno
   */
  long mark(byte[] text);
}
