package dev.vls.vmm.xen;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.GuestMemory;

/**
 * Guest time as shared info shows it.
 *
 * <p>System time is 100 ns times the {@code time} CSR, for ever: re-bases change the CSR and so
 * both. Hence the record of a vCPU is a constant that is written once, and the wall clock is one
 * too.
 */
final class GuestClock {
  /** Nanoseconds of one tick of the time CSR. */
  static final long TICK_NS = 1_000_000_000L / TimeBase.TICKS_PER_SECOND;

  /** Shift and 0.32 multiplier that turn ticks of 100 ns into ns: {@code ticks * 128 * 0.78125}. */
  private static final int TSC_SHIFT = 7;

  private static final int TSC_TO_SYSTEM_MUL = 0xC800_0000;
  private static final int WRITTEN_ONCE = 2;
  private static final long SECOND_NS = 1_000_000_000L;

  private GuestClock() {}

  /** Writes the time record of the vcpu_info at {@code offset} of {@code frame}. */
  static void fill(GuestMemory memory, int frame, int offset) {
    int version = offset + VcpuInfoLayout.TIME_VERSION_OFFSET;
    memory.put32(frame, version, WRITTEN_ONCE - 1);
    memory.put64(frame, offset + VcpuInfoLayout.TSC_TIMESTAMP_OFFSET, 0);
    memory.put64(frame, offset + VcpuInfoLayout.SYSTEM_TIME_OFFSET, 0);
    memory.put32(frame, offset + VcpuInfoLayout.TSC_TO_SYSTEM_MUL_OFFSET, TSC_TO_SYSTEM_MUL);
    memory.put8(frame, offset + VcpuInfoLayout.TSC_SHIFT_OFFSET, TSC_SHIFT);
    memory.put8(frame, offset + VcpuInfoLayout.TIME_FLAGS_OFFSET, VcpuInfoLayout.TIME_STABLE);
    memory.put32(frame, version, WRITTEN_ONCE);
  }

  /** Writes the wall clock of the shared_info in {@code frame}. */
  static void fillWallClock(GuestMemory memory, int frame, long bootEpochNs) {
    long seconds = bootEpochNs / SECOND_NS;
    memory.put32(frame, SharedInfoLayout.WC_VERSION_OFFSET, WRITTEN_ONCE - 1);
    memory.put32(frame, SharedInfoLayout.WC_SEC_OFFSET, (int) seconds);
    memory.put32(frame, SharedInfoLayout.WC_SEC_HI_OFFSET, (int) (seconds >>> 32));
    memory.put32(frame, SharedInfoLayout.WC_NSEC_OFFSET, (int) (bootEpochNs % SECOND_NS));
    memory.put32(frame, SharedInfoLayout.WC_VERSION_OFFSET, WRITTEN_ONCE);
  }

  /** Returns the first tick at which system time is at least {@code systemNs}; both unsigned. */
  static long tickAt(long systemNs) {
    long ticks = Long.divideUnsigned(systemNs, TICK_NS);
    return Long.remainderUnsigned(systemNs, TICK_NS) == 0 ? ticks : ticks + 1;
  }
}
