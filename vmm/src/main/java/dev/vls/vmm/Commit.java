package dev.vls.vmm;

import java.util.List;

/**
 * Everything that one event changes inside the boundary: first all stores, then all port
 * activations (DESIGN sections 3, 4).
 *
 * @param updates stores, in the order in which they are made
 * @param ports event-channel ports to activate, in order (deferred processing: pending, selector,
 *     upcall)
 */
public record Commit(List<FrameUpdate> updates, List<Integer> ports) {
  /** Copies both lists. */
  public Commit {
    updates = List.copyOf(updates);
    ports = List.copyOf(ports);
  }
}
