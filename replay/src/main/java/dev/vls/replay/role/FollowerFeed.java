package dev.vls.replay.role;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogPosition;
import dev.vls.log.wire.Closure;
import dev.vls.log.wire.FollowerLink;
import dev.vls.log.wire.Incoming;
import dev.vls.log.wire.StreamMark;
import dev.vls.replay.EventFeed;
import java.util.List;
import java.util.function.Consumer;

/**
 * A leader's events as they arrive; ends with a cut when the leader is gone and everything it sent
 * has been taken.
 */
final class FollowerFeed implements EventFeed {
  private final FollowerLink link;
  private final Consumer<List<StreamMark>> marks;
  private Item item;

  FollowerFeed(FollowerLink link, Consumer<List<StreamMark>> marks) {
    this.link = link;
    this.marks = marks;
  }

  @Override
  public Item peek() throws InterruptedException {
    if (item == null) {
      item = translate(link.take());
    }
    return item;
  }

  @Override
  public void advance() {
    item = null;
  }

  private Item translate(Incoming incoming) {
    return switch (incoming) {
      case Incoming.Received(long sequence, Event event) -> new Item.Next(event);
      case Incoming.Ended(EndFrame end) -> new Item.End(end);
      case Incoming.Closed(Closure closure) -> new Item.Cut(closure.detail());
      case Incoming.Progress(LogPosition position, List<StreamMark> released) -> {
        marks.accept(released);
        yield new Item.Progress(position);
      }
    };
  }
}
