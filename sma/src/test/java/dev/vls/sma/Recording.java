package dev.vls.sma;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.StateDigest;
import dev.vls.vmm.StateHash;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** All events of a run, and everything that can be compared at each of them and at the end. */
final class Recording implements CommitObserver {
  /** What a run comes to at one boundary. */
  record Snapshot(Boundary at, StateDigest machine, long port, long messages, String output) {
    static Snapshot of(TestDomain domain, Boundary at) {
      StateHash port = new StateHash();
      domain.port.save(port);
      return new Snapshot(
          at,
          domain.machine.digest(),
          port.value(),
          domain.gate.messages(),
          HexFormat.of().formatHex(domain.gate.digest()));
    }
  }

  record Entry(Boundary at, Answer.Delivery event, Snapshot after) {}

  final List<Entry> entries = new ArrayList<>();
  private final TestDomain domain;

  Recording(TestDomain domain) {
    this.domain = domain;
    domain.domain.observe(this);
  }

  @Override
  public void committed(Boundary at, Answer.Delivery event) {
    entries.add(new Entry(at, event, Snapshot.of(domain, at)));
  }
}
