package dev.vls.replay;

import dev.vls.log.Event;
import dev.vls.log.SmaFrame;
import dev.vls.sma.Answer;
import dev.vls.sma.Transfer;
import dev.vls.vmm.FrameUpdate;
import java.util.ArrayList;
import java.util.List;

/** The inverse of {@link EventEncoder}. */
final class EventDecoder {
  private EventDecoder() {}

  /**
   * Returns what is to be committed.
   *
   * @throws ReplayException if the event refers to content that this replay cannot fetch
   */
  static Answer.Delivery decode(Event event) {
    List<Transfer> transfers = new ArrayList<>();
    for (SmaFrame frame : event.sma()) {
      List<FrameUpdate> updates = new ArrayList<>();
      for (SmaFrame.IoVector vector : frame.vectors()) {
        updates.add(new FrameUpdate(vector.frame(), vector.offset(), content(vector.content())));
      }
      transfers.add(new Transfer(frame.channel(), updates));
    }
    if (!event.brk().updates().isEmpty()) {
      List<FrameUpdate> updates = new ArrayList<>();
      event
          .brk()
          .updates()
          .forEach(u -> updates.add(new FrameUpdate(u.frame(), u.offset(), u.bytes().toArray())));
      transfers.add(new Transfer(Transfer.TIME, updates));
    }
    return new Answer.Delivery(transfers, event.brk().ports());
  }

  private static byte[] content(SmaFrame.Content content) {
    return switch (content) {
      case SmaFrame.Inline inline -> inline.bytes().toArray();
      case SmaFrame.Reference reference ->
          throw new ReplayException(
              "the log refers to source "
                  + reference.source()
                  + ", which this replay has not been given");
    };
  }
}
