package dev.vls.vmm.xen;

/**
 * {@code shared_info}, 1088 bytes at the start of its frame; the riscv64 offsets that this project
 * froze.
 *
 * <pre>
 * offset  size  field
 *      0    48  vcpu_info of vCPU 0, see VcpuInfoLayout
 *     48   512  evtchn_pending, 64 words of 64 ports; set by the host, cleared by the guest
 *    560   512  evtchn_mask, likewise; written by the guest, cleared by the host in EVTCHNOP_unmask only
 *   1072     4  wc_version, odd while the wall clock is being written
 *   1076     4  wc_sec, low half of the UTC second at which system time was 0
 *   1080     4  wc_nsec
 *   1084     4  wc_sec_hi
 * </pre>
 */
final class SharedInfoLayout {
  static final int VCPU_INFO_OFFSET = 0;
  static final int EVTCHN_PENDING_OFFSET = 48;
  static final int EVTCHN_MASK_OFFSET = 560;
  static final int WC_VERSION_OFFSET = 1072;
  static final int WC_SEC_OFFSET = 1076;
  static final int WC_NSEC_OFFSET = 1080;
  static final int WC_SEC_HI_OFFSET = 1084;
  static final int BYTES = 1088;

  private SharedInfoLayout() {}
}
