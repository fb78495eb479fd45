package dev.vls.vmm.memory;

import dev.vls.vmm.StateExchange;

/**
 * A device with registers in guest-physical space; inside the boundary, called on the domain's
 * thread only.
 */
public interface MmioDevice extends StateExchange.Restorable {
  /**
   * Reads a register.
   *
   * @param offset byte offset from the device's base
   * @param bytes access width: 1, 2, 4 or 8
   * @return the value, zero-extended
   * @throws AccessFaultException if the device has no such register or width
   */
  long read(long offset, int bytes) throws AccessFaultException;

  /**
   * Writes a register.
   *
   * @param offset byte offset from the device's base
   * @param bytes access width: 1, 2, 4 or 8
   * @param value the value in the low {@code bytes} bytes; higher bits are to be ignored
   * @throws AccessFaultException if the device has no such register or width
   */
  void write(long offset, int bytes, long value) throws AccessFaultException;
}
