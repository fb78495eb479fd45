package dev.vls.sma;

import dev.vls.vmm.Machine;
import dev.vls.vmm.xen.Access;
import dev.vls.vmm.xen.GrantResult;
import dev.vls.vmm.xen.GrantStatus;
import dev.vls.vmm.xen.GrantTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts one event together at the instant of its commit, and tells back-ends what became of their
 * part once it is committed. Domain's thread.
 */
final class EventAssembly {
  private final GrantTable grants;
  private final Resolver resolver;
  private final List<Transfer> transfers = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final List<Runnable> reports = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private Answer.Delivery latest;

  EventAssembly(Machine machine) {
    grants = machine.xen().grants();
    resolver = new Resolver(machine);
  }

  /** Returns whether there is nothing to commit; there may still be reports. */
  boolean isEmpty() {
    return transfers.isEmpty() && ports.isEmpty() && remarks.isEmpty();
  }

  /** Returns the event and begins the next one; its reports are due after its commit. */
  Answer.Delivery take() {
    latest = new Answer.Delivery(transfers, ports, String.join("\n", remarks));
    transfers.clear();
    ports.clear();
    remarks.clear();
    return latest;
  }

  /** Returns whether {@code event} is the one that was taken last; else it comes from a log. */
  @SuppressWarnings("ReferenceEquality") // an equal event of a log is another one
  boolean isOwn(Answer.Delivery event) {
    return event == latest;
  }

  /** Makes the reports that are due. */
  void report() {
    if (reports.isEmpty()) {
      return;
    }
    List<Runnable> due = List.copyOf(reports);
    reports.clear();
    due.forEach(Runnable::run);
  }

  void add(Transfer transfer) {
    transfers.add(transfer);
  }

  void add(Submission submission) {
    switch (submission) {
      case Submission.Flushed flushed -> commit(flushed);
      case Submission.Exclusion exclusion -> change(exclusion);
      case Submission.Remark(String text) -> remarks.add(text);
      case Submission.Wake wake -> {}
    }
  }

  private void commit(Submission.Flushed flushed) {
    if (!flushed.attachment().open()) {
      reports.add(() -> flushed.report(ProgramResult.DETACHED));
      return;
    }
    PortBinding binding = flushed.attachment().binding();
    Optional<Transfer> stores = resolver.resolve(binding, flushed.program());
    if (stores.isEmpty()) {
      reports.add(() -> flushed.report(ProgramResult.REVOKED));
      return;
    }
    transfers.add(stores.get());
    if (flushed.flush() == Submission.Flush.PUSH) {
      activate(binding.eventPort());
    }
    reports.add(() -> flushed.report(ProgramResult.COMMITTED));
  }

  private void activate(int port) {
    if (port != 0 && !ports.contains(port)) {
      ports.add(port);
    }
  }

  private void change(Submission.Exclusion exclusion) {
    boolean pin = exclusion.use() == Submission.Use.PIN;
    PinResult result = pin ? pin(exclusion) : unpin(exclusion);
    reports.add(() -> exclusion.report(result));
  }

  private PinResult pin(Submission.Exclusion exclusion) {
    Attachment attachment = exclusion.attachment();
    if (!attachment.open()) {
      return new PinResult.Detached();
    }
    GrantResult granted = grants.pin(exclusion.ref(), exclusion.access());
    if (!granted.ok()) {
      return new PinResult.Refused(granted.status());
    }
    attachment.pinned(exclusion.ref(), exclusion.access());
    sample(exclusion);
    boolean writable = exclusion.access() == Access.WRITE;
    return new PinResult.Pinned(new Grant(exclusion.ref(), granted.frame(), writable));
  }

  /** Serves a closed attachment too: detaching leaves its pins to be taken back. */
  private PinResult unpin(Submission.Exclusion exclusion) {
    if (!exclusion.attachment().unpinned(exclusion.ref(), exclusion.access())) {
      return new PinResult.Refused(GrantStatus.BAD_GNTREF);
    }
    int status = grants.unpin(exclusion.ref(), exclusion.access());
    if (status != GrantStatus.OKAY) {
      return new PinResult.Refused(status);
    }
    sample(exclusion);
    return new PinResult.Unpinned();
  }

  /** What mutual exclusion has changed becomes part of the event as it stands now. */
  private void sample(Submission.Exclusion exclusion) {
    int channel = exclusion.attachment().binding().number();
    transfers.add(new Transfer(channel, grants.status(exclusion.ref())));
  }
}
