package dev.vls.vmm.board;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.MmioDevice;

/**
 * The {@code sifive,test1} finisher: one register whose low half says how the machine ends.
 *
 * <pre>
 * value written at offset 0   effect
 * 0x5555                      off, code 0
 * code &lt;&lt; 16 | 0x3333        off with that code (1 if it is 0: a failure is never clean)
 * 0x7777                      reset
 * anything else               none
 * </pre>
 */
final class TestFinisher implements MmioDevice {
  private static final int PASS = 0x5555;
  private static final int FAIL = 0x3333;
  private static final int RESET = 0x7777;

  private final PowerControl power;
  private final Runnable yield;

  TestFinisher(PowerControl power, Runnable yield) {
    this.power = power;
    this.yield = yield;
  }

  @Override
  public long read(long offset, int bytes) throws AccessFaultException {
    check(offset, bytes);
    return 0;
  }

  @Override
  public void write(long offset, int bytes, long value) throws AccessFaultException {
    check(offset, bytes);
    if (offset == 0) {
      finish((int) value & 0xffff, bytes == 4 ? (int) value >>> 16 : 0);
    }
  }

  @Override
  public void exchange(StateExchange exchange) {
    // The register keeps nothing.
  }

  private void finish(int how, int code) {
    switch (how) {
      case PASS -> power.off(0);
      case FAIL -> power.off(Math.max(1, code));
      case RESET -> power.reset();
      default -> {
        return;
      }
    }
    yield.run();
  }

  private static void check(long offset, int bytes) throws AccessFaultException {
    if ((bytes != 4 && bytes != 2) || offset % bytes != 0) {
      throw AccessFaultException.INSTANCE;
    }
  }
}
