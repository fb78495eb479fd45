package dev.vls.vmm.memory;

/**
 * Told, on the domain's thread, that a commit has changed a frame: how devices take what outside
 * gives them.
 */
@FunctionalInterface
public interface FrameListener {
  /**
   * Called once per commit after all of its stores, whatever their number; must be a function of
   * inside state alone.
   */
  void frameCommitted();
}
