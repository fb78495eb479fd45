package dev.vls.vmm.board;

/** A level-triggered wire from a device to an interrupt controller or a hart. */
@FunctionalInterface
public interface InterruptLine {
  /** Drives the wire; high where it is high already says that there is something new. */
  void level(boolean high);
}
