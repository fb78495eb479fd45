package dev.vls.replay;

import dev.vls.log.BrkFrame;
import dev.vls.log.Bytes;
import dev.vls.log.Event;
import dev.vls.log.FrameUpdate;
import dev.vls.log.LogPosition;
import dev.vls.log.SmaFrame;
import dev.vls.sma.Answer;
import dev.vls.sma.Transfer;
import dev.vls.vmm.Boundary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Frames what a domain commits: stores to RAM become SMA frames, stores to the VMM's frames go into
 * the BRK frame (DESIGN section 4).
 *
 * <p>Knows no device: what it sees is frames, offsets and bytes.
 */
final class EventEncoder {
  private final int ramFrames;

  EventEncoder(int ramFrames) {
    this.ramFrames = ramFrames;
  }

  Event encode(
      Boundary at, Answer.Delivery event, Optional<BrkFrame.StateDigest> digest, String mark) {
    List<SmaFrame> sma = new ArrayList<>();
    List<FrameUpdate> updates = new ArrayList<>();
    for (Transfer transfer : event.transfers()) {
      List<SmaFrame.IoVector> vectors = new ArrayList<>();
      for (dev.vls.vmm.FrameUpdate update : transfer.updates()) {
        Bytes bytes = Bytes.wrap(update.bytes());
        if (update.frame() < ramFrames) {
          vectors.add(
              new SmaFrame.IoVector(update.frame(), update.offset(), new SmaFrame.Inline(bytes)));
        } else {
          updates.add(new FrameUpdate(update.frame(), update.offset(), bytes));
        }
      }
      if (!vectors.isEmpty()) {
        sma.add(new SmaFrame(transfer.channel(), vectors));
      }
    }
    BrkFrame brk =
        new BrkFrame(
            new LogPosition(at.position().instret(), at.position().traps()),
            kind(at.kind()),
            at.hart(),
            at.pc(),
            updates,
            event.ports(),
            Bytes.EMPTY,
            digest,
            mark,
            event.remark());
    return new Event(sma, brk);
  }

  static BrkFrame.InstantKind kind(Boundary.Kind kind) {
    return switch (kind) {
      case INTR -> BrkFrame.InstantKind.INTR;
      case SBI -> BrkFrame.InstantKind.SBI;
      case HYPERCALL -> BrkFrame.InstantKind.HYPERCALL;
      case WFI -> BrkFrame.InstantKind.WFI;
    };
  }
}
