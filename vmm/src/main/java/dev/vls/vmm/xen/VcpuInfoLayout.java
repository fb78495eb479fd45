package dev.vls.vmm.xen;

/**
 * {@code vcpu_info}, 48 bytes, and the {@code vcpu_time_info} inside it.
 *
 * <pre>
 * offset  size  field
 *      0     1  evtchn_upcall_pending; set by the host, cleared by the guest; the level of the upcall interrupt
 *      1     7  padding
 *      8     8  evtchn_pending_sel, a bit for each word of evtchn_pending; set by the host, taken by the guest
 *     16     4  time.version, odd while the record is being written
 *     20     4  padding
 *     24     8  time.tsc_timestamp, value of the time CSR
 *     32     8  time.system_time at that value, in ns
 *     40     4  time.tsc_to_system_mul, 0.32 fixed point
 *     44     1  time.tsc_shift, signed
 *     45     1  time.flags, bit 0: the counter is stable across vCPUs
 *     46     2  padding
 * </pre>
 */
final class VcpuInfoLayout {
  static final int UPCALL_PENDING_OFFSET = 0;
  static final int PENDING_SEL_OFFSET = 8;
  static final int TIME_VERSION_OFFSET = 16;
  static final int TSC_TIMESTAMP_OFFSET = 24;
  static final int SYSTEM_TIME_OFFSET = 32;
  static final int TSC_TO_SYSTEM_MUL_OFFSET = 40;
  static final int TSC_SHIFT_OFFSET = 44;
  static final int TIME_FLAGS_OFFSET = 45;
  static final int BYTES = 48;
  static final int ALIGNMENT = 8;

  /** Time flag: the counter is stable across vCPUs. */
  static final int TIME_STABLE = 1;

  private VcpuInfoLayout() {}
}
