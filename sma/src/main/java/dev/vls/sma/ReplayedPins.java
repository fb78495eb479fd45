package dev.vls.sma;

import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.xen.Access;
import dev.vls.vmm.xen.GrantPins;
import dev.vls.vmm.xen.GrantTable;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads from replayed events which pins back-ends have made themselves: who goes on live from here
 * has to take them back, since nobody else will. Domain's thread.
 */
final class ReplayedPins {
  private final GrantTable grants;
  private final Collection<PortBinding> bindings;

  ReplayedPins(GrantTable grants, Collection<PortBinding> bindings) {
    this.grants = grants;
    this.bindings = bindings;
  }

  /** Takes an event that is about to be committed. */
  void replayed(Answer.Delivery event) {
    TreeMap<Integer, GrantPins> before = new TreeMap<>(); // where this event has come to
    for (Transfer transfer : event.transfers()) {
      for (FrameUpdate update : transfer.updates()) {
        Optional<GrantPins> pins = grants.pinsIn(update);
        if (pins.isPresent()) {
          int ref = pins.get().ref();
          note(transfer.channel(), before.getOrDefault(ref, grants.pinsOf(ref)), pins.get());
          before.put(ref, pins.get());
        }
      }
    }
  }

  private void note(int channel, GrantPins from, GrantPins to) {
    for (PortBinding binding : bindings) {
      if (binding.number() == channel) {
        binding.pinnedElsewhere(to.ref(), Access.READ, to.readers() - from.readers());
        binding.pinnedElsewhere(to.ref(), Access.WRITE, to.writers() - from.writers());
      }
    }
  }
}
