package dev.vls.sma;

import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.Machine;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns a program into stores at the instant of its commit: checks every target again and fixes
 * every byte. Domain's thread.
 */
final class Resolver {
  private static final int NONE = -1;

  private final Machine machine;

  Resolver(Machine machine) {
    this.machine = machine;
  }

  /**
   * Returns the program's stores, or nothing if a target is not valid now: then nothing of it may
   * be stored.
   */
  Optional<Transfer> resolve(PortBinding binding, Program program) {
    List<FrameUpdate> updates = new ArrayList<>();
    int frame = NONE;
    for (Command command : program.commands()) {
      switch (command) {
        case Command.TargetGrant target -> {
          frame = granted(target.grant());
          if (frame == NONE) {
            return Optional.empty();
          }
        }
        case Command.TargetFrame target -> {
          if (!binding.isOpen(target.frame())) {
            return Optional.empty();
          }
          frame = target.frame();
        }
        case Command.Copy copy -> updates.add(new FrameUpdate(frame, copy.offset(), copy.bytes()));
        case Command.Write write ->
            updates.add(new FrameUpdate(frame, write.offset(), littleEndian(write)));
        case Command.Sample sample -> updates.add(sampled(frame, sample));
      }
    }
    return Optional.of(new Transfer(binding.number(), updates));
  }

  private int granted(Grant grant) {
    return machine.grantedFrame(grant.ref(), true) == grant.frame() ? grant.frame() : NONE;
  }

  /** What was written directly is newer than anything stored ahead of it in the same event. */
  private FrameUpdate sampled(int frame, Command.Sample sample) {
    GuestMemory memory = machine.memory();
    memory.storedUnseen(frame);
    byte[] bytes = new byte[sample.length()];
    memory.read(frame, sample.offset(), bytes, 0, bytes.length);
    return new FrameUpdate(frame, sample.offset(), bytes);
  }

  private static byte[] littleEndian(Command.Write write) {
    byte[] bytes = new byte[write.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (write.value() >>> (8 * i));
    }
    return bytes;
  }
}
