package dev.vls.vmm.board;

/** An interrupt line that remembers its level and counts its edges. */
final class Wire implements InterruptLine {
  boolean high;
  int rises;

  @Override
  public void level(boolean level) {
    if (level && !high) {
      rises++;
    }
    high = level;
  }
}
