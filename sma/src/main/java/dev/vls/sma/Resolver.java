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
  private final Machine machine;

  Resolver(Machine machine) {
    this.machine = machine;
  }

  /** Where the commands that follow a target store to. */
  private record Place(int frame, int from, int end) {
    static final Place NOWHERE = new Place(-1, 0, 0);

    static Place page(int frame) {
      return new Place(frame, 0, GuestMemory.FRAME_BYTES);
    }

    boolean covers(int offset, int length) {
      return offset >= from && offset <= end - length;
    }
  }

  /**
   * Returns the program's stores, or nothing if a target is not valid now: then nothing of it may
   * be stored.
   */
  Optional<Transfer> resolve(PortBinding binding, Program program) {
    List<FrameUpdate> updates = new ArrayList<>();
    Place place = Place.NOWHERE;
    for (Command command : program.commands()) {
      switch (command) {
        case Command.TargetGrant(Grant grant) -> place = granted(grant);
        case Command.TargetLoan(Loan loan) -> place = lent(binding, loan);
        case Command.TargetFrame(int frame) ->
            place = binding.isOpen(frame) ? Place.page(frame) : Place.NOWHERE;
        case Command.Store store -> {
          if (!place.covers(store.offset(), store.length())) {
            return Optional.empty();
          }
          updates.add(update(place.frame(), store));
        }
      }
      if (place.equals(Place.NOWHERE)) {
        return Optional.empty();
      }
    }
    return Optional.of(new Transfer(binding.number(), updates));
  }

  private Place granted(Grant grant) {
    boolean same = machine.grantedFrame(grant.ref(), true) == grant.frame();
    return same ? Place.page(grant.frame()) : Place.NOWHERE;
  }

  private Place lent(PortBinding binding, Loan loan) {
    boolean valid = binding.loans().holds(loan) && machine.memory().isFrame(loan.frame());
    return valid
        ? new Place(loan.frame(), loan.offset(), loan.offset() + loan.length())
        : Place.NOWHERE;
  }

  private FrameUpdate update(int frame, Command.Store store) {
    return switch (store) {
      case Command.Copy copy -> new FrameUpdate(frame, copy.offset(), copy.bytes());
      case Command.Write write -> new FrameUpdate(frame, write.offset(), littleEndian(write));
      case Command.Sample sample -> sampled(frame, sample);
    };
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
