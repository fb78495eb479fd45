package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Machine;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.hart.Firmware;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The gate against a model, over random interleavings of all that can happen to it. */
class OutputGatePropertyTest {
  private static final Machine MACHINE =
      new Machine(
          new MachineConfig(
              MachineConfig.MIN_RAM_BYTES, 1, Firmware.SUPERVISOR_PAYLOAD, "", 1_000_000, 0));
  private static final int PORTS = 3;

  /** One port, its back-end, and what the model says it must have got and may get. */
  private static final class Side implements DevicePort {
    final List<TestMessage> expected = new ArrayList<>();
    final List<Long> needs = new ArrayList<>();
    final PortBinding binding;
    TestBackend backend;

    Side(int number, OutputGate gate) {
      binding =
          new PortBinding(
              number,
              "port" + number,
              this,
              new PortBinding.Host(MACHINE, gate, new Inbox(4, () -> {}), CaptureMode.STRICT));
    }

    @Override
    public void start(PortContext context) {}

    @Override
    public void reissue() {
      binding.emit(TestMessage.external(-1));
      binding.emit(TestMessage.internal(-2));
    }

    @Override
    public void exchange(StateExchange exchange) {}
  }

  private final List<Side> sides = new ArrayList<>();
  private OutputGate gate;
  private Random random;
  private boolean committing;
  private long events;
  private long stable;
  private int number;

  @Property(tries = 400)
  void shouldReleaseExactlyWhatMayLeaveWhenEverythingInterleaves(@ForAll long seed) {
    random = new Random(seed);
    gate = new OutputGate(OutputGate.Release.STABLE, 1 << 20);
    sides.clear();
    committing = false;
    events = 0;
    stable = 0;
    for (int i = 0; i < PORTS; i++) {
      sides.add(new Side(i + 1, gate));
    }
    for (int step = 0; step < 200; step++) {
      act(sides.get(random.nextInt(PORTS)));
      sides.forEach(this::check);
    }
    gate.standAlone();
    sides.forEach(OutputGatePropertyTest::checkAll);
  }

  private void act(Side side) {
    switch (random.nextInt(12)) {
      case 0 -> attach(side);
      case 1 -> {
        if (random.nextInt(4) == 0) {
          side.binding.detach();
          side.backend = null;
        }
      }
      case 2, 3 -> commitBoundary();
      case 4, 5 -> {
        stable = Math.min(events, stable + random.nextInt(3));
        gate.stable(stable);
      }
      case 6 -> gate.stable(Math.max(0, stable - 1)); // late news changes nothing
      default -> emit(side);
    }
  }

  private void attach(Side side) {
    side.expected.clear();
    side.needs.clear();
    side.backend = new TestBackend();
    TestBackend backend = side.backend;
    side.binding.attach(backend, (name, e) -> {});
    expect(side, TestMessage.external(-1));
    expect(side, TestMessage.internal(-2));
  }

  private void commitBoundary() {
    if (committing) {
      gate.endCommit();
    } else {
      gate.beginCommit();
      events++;
      assertTrue(!gate.markNeeded());
    }
    committing = !committing;
  }

  private void emit(Side side) {
    number++;
    TestMessage message =
        random.nextBoolean() ? TestMessage.external(number) : TestMessage.internal(number);
    side.binding.emit(message);
    if (side.backend != null) {
      expect(side, message);
    }
  }

  private void expect(Side side, TestMessage message) {
    side.expected.add(message);
    boolean external = message.effect() == OutputMessage.Effect.EXTERNAL;
    side.needs.add(external ? (committing ? events : events + 1) : 0);
  }

  /** A message has left if and only if it and all before it on its port may. */
  private void check(Side side) {
    if (side.backend == null) {
      return;
    }
    int mayLeave = 0;
    while (mayLeave < side.needs.size() && side.needs.get(mayLeave) <= stable) {
      mayLeave++;
    }
    List<TestMessage> got = side.backend.accepted;
    assertEquals(side.expected.subList(0, got.size()), got);
    // An internal message behind a released external one may wait for its own event: at most that.
    for (int i = 0; i < got.size(); i++) {
      assertTrue(side.needs.get(i) <= stable, "left early");
    }
    if (got.size() < mayLeave) {
      assertTrue(side.needs.subList(got.size(), mayLeave).stream().allMatch(need -> need == 0));
    }
    boolean waits = got.size() < side.expected.size();
    assertTrue(!waits || gate.heldMessages() > 0);
    assertTrue(!waits || gate.markNeeded() || events > stable, "nothing would ever release it");
  }

  private static void checkAll(Side side) {
    if (side.backend != null) {
      assertEquals(side.expected, side.backend.accepted);
    }
  }
}
