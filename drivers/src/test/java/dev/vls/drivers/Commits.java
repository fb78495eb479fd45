package dev.vls.drivers;

import dev.vls.sma.Command;
import dev.vls.sma.Program;
import dev.vls.vmm.memory.GuestMemory;
import java.util.LinkedHashSet;
import java.util.Set;

/** Performs programs on a test's memory, as the domain would at a commit. */
public final class Commits {
  private Commits() {}

  /** Commits programs as one event. */
  public static void commit(GuestMemory memory, Program... programs) {
    Set<Integer> changed = new LinkedHashSet<>();
    for (Program program : programs) {
      int frame = -1;
      for (Command command : program.commands()) {
        switch (command) {
          case Command.TargetGrant target -> frame = target.grant().frame();
          case Command.TargetLoan target -> frame = target.loan().frame();
          case Command.TargetFrame target -> frame = target.frame();
          case Command.Copy copy ->
              memory.write(frame, copy.offset(), copy.bytes(), 0, copy.bytes().length);
          case Command.Write write -> {
            for (int i = 0; i < write.length(); i++) {
              memory.put8(frame, write.offset() + i, (int) (write.value() >>> (8 * i)) & 0xff);
            }
          }
          case Command.Sample sample -> {}
        }
        changed.add(frame);
      }
    }
    changed.forEach(memory::committed);
  }
}
