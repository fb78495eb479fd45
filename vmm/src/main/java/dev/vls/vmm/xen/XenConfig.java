package dev.vls.vmm.xen;

import java.util.UUID;

/**
 * The part of a machine's recorded configuration that the ABI shows to the guest.
 *
 * @param bootEpochNs UTC at which system time was 0, in ns since 1970; at least 0
 * @param handle the domain's UUID
 */
public record XenConfig(long bootEpochNs, UUID handle) {
  /** Boot time under {@code --time virtual}: the start of 2026. */
  public static final long VIRTUAL_EPOCH_NS = 1_767_225_600_000_000_000L;

  /** Checks that the boot time is not negative. */
  public XenConfig {
    if (bootEpochNs < 0) {
      throw new IllegalArgumentException("boot time of " + bootEpochNs + " ns: expected 0 or more");
    }
  }

  /** Returns a configuration with a fixed UUID. */
  public static XenConfig bootedAt(long bootEpochNs) {
    return new XenConfig(bootEpochNs, new UUID(0x564c_5300_0000_4000L, 0x8000_0000_0000_0001L));
  }
}
