package dev.vls.vmm.board;

/** A level-triggered wire from a device to an interrupt controller or a hart. */
@FunctionalInterface
public interface InterruptLine {
  /** Drives the wire; repeating a level has no effect. */
  void level(boolean high);
}
