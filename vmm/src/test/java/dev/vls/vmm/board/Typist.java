package dev.vls.vmm.board;

import dev.vls.vmm.memory.GuestMemory;
import java.nio.charset.StandardCharsets;

/** The outside half of the console input: stores bytes into the device page as a commit does. */
final class Typist {
  private final GuestMemory memory;
  private final ConsoleInput input;
  private int produced;

  Typist(GuestMemory memory, ConsoleInput input) {
    this.memory = memory;
    this.input = input;
  }

  void type(String text) {
    type(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void type(byte[] bytes) {
    for (byte each : bytes) {
      memory.put8(input.frame(), ConsoleInputLayout.ringOffset(produced++), each);
    }
    claim(produced);
  }

  void claim(int count) {
    memory.put32(input.frame(), ConsoleInputLayout.PRODUCED_OFFSET, count);
    memory.committed(input.frame());
  }
}
