package dev.vls.vmm.hart;

/** Who owns M-mode. */
public enum Firmware {
  /**
   * The VMM: the payload starts in S-mode, an ECALL from S-mode stops the engine, all other traps
   * go to S-mode and M-mode is never entered.
   */
  SUPERVISOR_PAYLOAD,
  /** The guest: it starts in M-mode and delegates as it likes. */
  MACHINE_FIRMWARE
}
