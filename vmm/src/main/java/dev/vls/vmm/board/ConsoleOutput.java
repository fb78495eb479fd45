package dev.vls.vmm.board;

/** Where the guest's console bytes leave the inside: the UART's line and the SBI console. */
@FunctionalInterface
public interface ConsoleOutput {
  /**
   * Takes bytes the guest has sent, in order, on the domain's thread.
   *
   * @param bytes holds them; the caller reuses the array after the call
   * @param offset index of the first
   * @param length how many, at least 1
   */
  void put(byte[] bytes, int offset, int length);
}
