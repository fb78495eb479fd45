package dev.vls.sma;

import dev.vls.vmm.StateExchange;

/**
 * The inside half of a split device: consumes what the guest puts on its rings and tells the
 * back-end (docs/architecture.md).
 *
 * <p>Runs on the domain's thread only, at the guest's notifications and at commits, and is a pure
 * function of guest memory and of its own state: no clocks, no threads, no files. Everything the
 * guest wrote is hostile (R6).
 */
public interface DevicePort extends StateExchange.Restorable {
  /**
   * Called once, before the first instruction: allocate frames, bind event channels, publish
   * configuration.
   */
  void start(PortContext context);

  /**
   * A back-end has attached, or none yet has seen this run: tells it the rings' state and every
   * outstanding request again, in order, through {@link PortContext#emit}. Changes nothing inside.
   */
  void reissue();

  /**
   * Whether the back-end owes the guest an answer that it gives of its own accord, without anything
   * from outside. While one that is attached does, time does not jump: the guest would see
   * deadlines pass that no back-end can keep ({@link VirtualTime}).
   */
  default boolean owed() {
    return false;
  }
}
