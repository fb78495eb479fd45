package dev.vls.drivers;

import dev.vls.sma.OutputMessage;
import dev.vls.sma.PortContext;
import dev.vls.sma.RingCounters;
import dev.vls.vmm.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects what a port says. */
public final class FakeContext implements PortContext {
  /** Messages in their order. */
  public final List<OutputMessage> messages = new ArrayList<>();

  /** Open frames. */
  public final Set<Integer> open = new TreeSet<>();

  /** Counters of the port's rings. */
  public final List<RingCounters> rings = new ArrayList<>();

  /** The event-channel port of the channel. */
  public int eventPort;

  /** The event-channel port that the guest polls. */
  public int polledPort;

  /** Returns the messages of one type since the last call of any, and forgets all. */
  public <M> List<M> take(Class<M> type) {
    List<M> taken = messages.stream().filter(type::isInstance).map(type::cast).toList();
    messages.clear();
    return taken;
  }

  @Override
  public Machine machine() {
    throw new UnsupportedOperationException("a fake has no machine");
  }

  @Override
  public void emit(OutputMessage message) {
    messages.add(message);
  }

  @Override
  public void open(int frame) {
    open.add(frame);
  }

  @Override
  public void shut(int frame) {
    open.remove(frame);
  }

  @Override
  public RingCounters ring(String frontEnd) {
    RingCounters counters = new RingCounters("fake", frontEnd);
    rings.add(counters);
    return counters;
  }

  @Override
  public void port(int eventChannelPort) {
    eventPort = eventChannelPort;
    polledPort = eventChannelPort;
  }

  @Override
  public void polledBy(int eventChannelPort) {
    polledPort = eventChannelPort;
  }
}
