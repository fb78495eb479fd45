package dev.vls.vmm.board;

/** What the finisher and the SBI ask of the machine; the hart yields right after the call. */
public interface PowerControl {
  /**
   * Ends the run at this instruction boundary.
   *
   * @param code 0 if the guest powered off cleanly, else the failure it reported, 1 to 65535
   */
  void off(int code);

  /** Starts the machine again from its image, cold or warm alike. */
  void reset();
}
