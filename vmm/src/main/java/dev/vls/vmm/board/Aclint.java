package dev.vls.vmm.board;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.MmioDevice;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Machine-level software and timer interrupts in the SiFive CLINT layout (RISC-V ACLINT, MSWI and
 * MTIMER devices).
 *
 * <pre>
 * offset           width  register
 * 4 * hart         4      msip: bit 0 drives MSI
 * 0x4000 + 8*hart  4, 8   mtimecmp: MTI is high while mtime >= mtimecmp, unsigned
 * 0xbff8           4, 8   mtime: {@link TimeBase#time}; writes are ignored, because time is a
 *                         function of the instruction count (DESIGN section 2.2)
 * </pre>
 *
 * <p>Other offsets read 0 and ignore writes; other widths and misaligned accesses fault. MTI rises
 * at a computable instruction: whoever runs the harts runs them no further than {@link
 * #timerDeadline} and then calls {@link #refresh}.
 */
final class Aclint implements MmioDevice {
  private static final int MTIMECMP = 0x4000;
  private static final int MTIME = 0xbff8;

  private final InterruptLine[] software;
  private final InterruptLine[] timer;
  private final TimeBase time;
  private final LongSupplier instret;
  private final Runnable yield;
  private final boolean[] msip;
  private final long[] mtimecmp;

  /**
   * Creates the device for as many harts as there are lines.
   *
   * @param software MSI of each hart
   * @param timer MTI of each hart
   * @param instret the count that {@code time} is a function of
   * @param yield ends the current engine run: the deadline has changed
   */
  Aclint(
      InterruptLine[] software,
      InterruptLine[] timer,
      TimeBase time,
      LongSupplier instret,
      Runnable yield) {
    this.software = software.clone();
    this.timer = timer.clone();
    this.time = time;
    this.instret = instret;
    this.yield = yield;
    this.msip = new boolean[software.length];
    this.mtimecmp = new long[timer.length];
    Arrays.fill(mtimecmp, -1);
  }

  /** Clears every msip and sets every mtimecmp to what is never reached. */
  void reset() {
    for (int hart = 0; hart < msip.length; hart++) {
      writeMsip(hart, false);
    }
    Arrays.fill(mtimecmp, -1);
    refresh();
  }

  /**
   * Returns the smallest instret after the current one at which an MTI that is low now will be
   * high, or {@link Long#MAX_VALUE}; valid until mtimecmp or the time base changes.
   */
  long timerDeadline() {
    long now = instret.getAsLong();
    long deadline = Long.MAX_VALUE;
    for (long compare : mtimecmp) {
      if (compare != -1 && !expired(compare, now)) {
        deadline = Math.min(deadline, time.instretAt(compare, now));
      }
    }
    return deadline;
  }

  /** Drives every MTI from the current time. */
  void refresh() {
    long now = instret.getAsLong();
    for (int hart = 0; hart < timer.length; hart++) {
      timer[hart].level(expired(mtimecmp[hart], now));
    }
  }

  @Override
  public long read(long offset, int bytes) throws AccessFaultException {
    check(offset, bytes);
    if (offset < MTIMECMP) {
      int hart = (int) offset / 4;
      return hart < msip.length && msip[hart] ? 1 : 0;
    }
    return part(register((int) offset & ~7), offset, bytes);
  }

  @Override
  public void write(long offset, int bytes, long value) throws AccessFaultException {
    check(offset, bytes);
    if (offset < MTIMECMP) {
      writeMsip((int) offset / 4, (value & 1) != 0);
      return;
    }
    int hart = ((int) offset - MTIMECMP) / 8;
    if (hart < mtimecmp.length) {
      mtimecmp[hart] = merge(mtimecmp[hart], offset, bytes, value);
      refresh();
      yield.run();
    }
  }

  @Override
  public void exchange(StateExchange exchange) {
    for (int hart = 0; hart < mtimecmp.length; hart++) {
      msip[hart] = exchange.flag(msip[hart]);
      mtimecmp[hart] = exchange.word(mtimecmp[hart]);
    }
  }

  private long register(int offset) {
    if (offset == MTIME) {
      return time.time(instret.getAsLong());
    }
    int hart = (offset - MTIMECMP) / 8;
    return hart < mtimecmp.length ? mtimecmp[hart] : 0;
  }

  private void writeMsip(int hart, boolean value) {
    if (hart < msip.length) {
      msip[hart] = value;
      software[hart].level(value);
    }
  }

  private boolean expired(long compare, long now) {
    return Long.compareUnsigned(time.time(now), compare) >= 0;
  }

  private static long part(long value, long offset, int bytes) {
    return bytes == 8 ? value : value >>> ((offset & 4) * 8) & 0xffff_ffffL;
  }

  private static long merge(long old, long offset, int bytes, long value) {
    if (bytes == 8) {
      return value;
    }
    long mask = 0xffff_ffffL << ((offset & 4) * 8);
    return (old & ~mask) | (value << ((offset & 4) * 8) & mask);
  }

  private static void check(long offset, int bytes) throws AccessFaultException {
    boolean width = bytes == 4 || (bytes == 8 && offset >= MTIMECMP);
    if (!width || offset % bytes != 0 || offset < 0 || offset >= BoardLayout.ACLINT_BYTES) {
      throw AccessFaultException.INSTANCE;
    }
  }
}
