package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.Machine;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;
import dev.vls.vmm.hart.Firmware;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What waits in the gate and in back-ends is bounded by weight, so weight must never be lost track
 * of.
 */
class OutputWeightTest {
  private record Heavy(long weight) implements OutputMessage {
    @Override
    public Effect effect() {
      return Effect.EXTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      sink.word(weight);
    }
  }

  /** Says what it is told to, and all of it again to a new back-end. */
  private static final class Talker implements DevicePort {
    private final List<Heavy> said = new ArrayList<>();
    private PortContext context;

    @Override
    public void start(PortContext portContext) {
      context = portContext;
    }

    void say(long weight) {
      said.add(new Heavy(weight));
      context.emit(said.getLast());
    }

    @Override
    public void reissue() {
      said.forEach(context::emit);
    }

    @Override
    public void exchange(StateExchange exchange) {}
  }

  private static final class Listener implements Backend {
    private Channel channel;

    @Override
    public void attach(Channel attached) {
      channel = attached;
    }

    @Override
    public void accept(OutputMessage message) {}

    @Override
    public void close() {}
  }

  @Test
  void shouldForgetTheWeightOfABackEndThatIsDetached() {
    MachineConfig config =
        new MachineConfig(
            MachineConfig.MIN_RAM_BYTES,
            1,
            Firmware.SUPERVISOR_PAYLOAD,
            "",
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
            0);
    OutputGate gate = new OutputGate(OutputGate.Release.STABLE, 1000);
    Domain domain = new Domain(new Machine(config), gate, CaptureMode.STRICT);
    Talker talker = new Talker();
    domain.plug("talker", talker);
    talker.say(7);
    assertEquals(0, gate.weight(), "nobody is attached");

    Listener first = new Listener();
    domain.attach("talker", first);
    assertEquals(7, gate.weight());
    talker.say(100);
    first.channel.taken(7);
    assertEquals(100, gate.weight(), "one waits for stability");

    Listener second = new Listener();
    domain.attach("talker", second);
    assertEquals(107, gate.weight(), "told again, and dropped before");
    first.channel.taken(100);
    assertEquals(107, gate.weight(), "the first one has nothing to say any more");
    second.channel.taken(107);
    second.channel.taken(107);
    assertEquals(0, gate.weight());
    domain.detach("talker");
    assertEquals(0, gate.weight());
  }
}
