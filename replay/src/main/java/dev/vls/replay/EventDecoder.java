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
   * @throws ReplayException if the event refers to content that this replay cannot fetch, or
   *     carries results that it cannot apply
   */
  static Answer.Delivery decode(Event event) {
    if (!event.brk().results().isEmpty()) {
      throw new ReplayException(
          "the event at "
              + event.position()
              + " carries results of an instruction, which this version does not record; replay it"
              + " with the program that wrote the log");
    }
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
    return new Answer.Delivery(transfers, event.brk().ports(), event.brk().remark());
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
