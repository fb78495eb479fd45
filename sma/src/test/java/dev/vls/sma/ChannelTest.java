package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flushing by push and by the guest's poll, voiding of channels, and direct writes. */
@Timeout(60)
class ChannelTest {
  private static final int POLLED_PORT = 2;

  /** Calls arch_0 operation 0 on {@link #POLLED_PORT} in a loop of 4 steps, after 3 others. */
  private static final int[] POLLER = {
    0x0856_58b7, // lui a7, 0x8565
    0xc538_8893, // addi a7, a7, -941
    0x0300_0813, // li a6, 48
    0x0000_0513, // li a0, 0
    0x0000_0593 | POLLED_PORT << 20, // li a1, port
    TestDomain.ECALL,
    0xff5f_f06f // j -12
  };

  private final List<ProgramResult> results = new ArrayList<>();

  private static Program store(int value) {
    return new Program().target(TestPort.RAM_FRAME).write(0, 4, value);
  }

  private static int stored(TestDomain test) {
    return test.machine.memory().i32(TestPort.RAM_FRAME, 0);
  }

  @Test
  void shouldFlushAtThePollAndNotBeforeWhenAProgramIsHeld() throws Exception {
    TestDomain test = TestDomain.of(POLLER);
    assertEquals(POLLED_PORT, test.machine.xen().consolePort());
    Recording recording = new Recording(test);
    EventSource live = test.domain.live(new VirtualTime());
    test.attach().channel.hold(store(7), results::add);
    test.runSteps(live, 5);
    assertEquals(0, stored(test));
    assertEquals(0, test.domain.counters().events());
    test.runSteps(live, 2);
    assertEquals(7, stored(test));
    assertEquals(List.of(ProgramResult.COMMITTED), results);
    Recording.Entry entry = recording.entries.getFirst();
    assertEquals(Boundary.Kind.HYPERCALL, entry.at().kind());
    assertEquals(new Position(5, 1), entry.at().position());
    assertEquals(List.of(), entry.event().ports());
  }

  @Test
  void shouldActivateNothingWhenThePortOnlyNamesWhatIsPolled() throws Exception {
    TestDomain test = TestDomain.of(POLLER);
    test.port.context.port(0);
    test.port.context.polledBy(POLLED_PORT);
    Recording recording = new Recording(test);
    EventSource live = test.domain.live(new VirtualTime());
    Channel channel = test.attach().channel;
    channel.hold(store(7), results::add);
    test.runSteps(live, 5);
    assertEquals(0, stored(test));
    test.runSteps(live, 2);
    assertEquals(7, stored(test));
    channel.push(store(8), results::add);
    test.runSteps(live, 1);
    assertEquals(8, stored(test));
    assertEquals(2, recording.entries.size());
    assertEquals(0, test.domain.counters().activations());
  }

  @Test
  void shouldFlushAtThePollWhenTheProgramIsStillInTheInbox() throws Exception {
    TestDomain test = TestDomain.of(POLLER);
    Channel channel = test.attach().channel;
    EventSource live = test.domain.live(new VirtualTime());
    EventSource late =
        new EventSource() {
          @Override
          public long budget(Position now) {
            if (now.steps() == 0) {
              hold(channel, 7);
            }
            return live.budget(now);
          }

          @Override
          public Answer poll(Machine machine, Boundary at) {
            return live.poll(machine, at);
          }

          @Override
          public Answer await(Machine machine, Boundary at) throws InterruptedException {
            return live.await(machine, at);
          }
        };
    test.runSteps(late, 7);
    assertEquals(7, stored(test));
  }

  private static void hold(Channel channel, int value) {
    try {
      channel.hold(store(value), result -> {});
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldKeepOrderAndActivateThePortWhenAPushFollowsWhatIsHeld() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.LOOP);
    Recording recording = new Recording(test);
    Channel channel = test.attach().channel;
    channel.hold(store(1), results::add);
    channel.hold(store(2), results::add);
    channel.push(store(3), results::add);
    test.runSteps(test.domain.live(new VirtualTime()), 100);
    assertEquals(3, stored(test));
    assertEquals(3, results.size());
    assertEquals(1, recording.entries.size());
    assertEquals(List.of(POLLED_PORT), recording.entries.getFirst().event().ports());
  }

  @Test
  void shouldFlushByItselfWhenTooMuchIsHeld() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.LOOP);
    EventSource live = test.domain.live(new VirtualTime());
    Channel channel = test.attach().channel;
    for (int i = 1; i <= LiveSource.HELD_PROGRAMS; i++) {
      channel.hold(store(i), results::add);
    }
    test.runSteps(live, 100_000);
    assertEquals(0, results.size());
    channel.hold(store(9999), results::add);
    test.runSteps(live, 100_000);
    assertEquals(LiveSource.HELD_PROGRAMS + 1, results.size());
    assertEquals(9999, stored(test));
    assertEquals(1, test.domain.counters().activations());
  }

  @Test
  void shouldAnswerDetachedWhenTheBackendIsGoneBeforeTheCommit() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.LOOP);
    EventSource live = test.domain.live(new VirtualTime());
    Channel channel = test.attach().channel;
    channel.hold(store(1), results::add);
    test.runSteps(live, 100);
    channel.push(store(2), results::add);
    test.attach();
    channel.push(store(3), results::add);
    channel.hold(store(4), results::add);
    test.runSteps(live, 100);
    assertEquals(
        List.of(ProgramResult.DETACHED), List.copyOf(results).stream().distinct().toList());
    assertEquals(4, results.size());
    assertEquals(0, stored(test));
    assertEquals(0, test.domain.counters().events());
  }

  @Test
  void shouldReportAfterTheCommitAndNotBefore() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.LOOP);
    List<Integer> seen = new ArrayList<>();
    test.attach().channel.push(store(5), result -> seen.add(stored(test)));
    test.runSteps(test.domain.live(new VirtualTime()), 100);
    assertEquals(List.of(5), seen);
  }

  @Test
  void shouldEndTheRunWhenAReceiverOfResultsThrows() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.LOOP);
    Channel channel = test.attach().channel;
    channel.push(
        store(5),
        result -> {
          throw new IllegalStateException("broken");
        });
    Outcome outcome = test.domain.run(test.domain.live(new VirtualTime()));
    assertTrue(outcome instanceof Outcome.Ended(String reason) && reason.contains("broken"));
    assertEquals(5, stored(test));
  }

  @Test
  void shouldRefuseDirectWritesThatAreNotAllowed() {
    TestDomain strict = TestDomain.of(TestDomain.LOOP);
    Grant good = new Grant(0, TestPort.RAM_FRAME, true);
    byte[] data = {1, 2, 3, 4};
    Channel none = strict.attach().channel;
    assertThrows(IllegalStateException.class, () -> none.writeDirect(good, 0, data, 0, 4));
    TestDomain sampled =
        new TestDomain(
            TestDomain.code(TestDomain.LOOP), "", TestDomain.openGate(), CaptureMode.SAMPLED);
    Channel channel = sampled.attach().channel;
    for (Grant grant :
        List.of(
            new Grant(0, TestPort.RAM_FRAME, false),
            new Grant(0, -1, true),
            new Grant(0, Integer.MAX_VALUE, true))) {
      assertThrows(IllegalArgumentException.class, () -> channel.writeDirect(grant, 0, data, 0, 4));
    }
    assertThrows(IllegalArgumentException.class, () -> channel.writeDirect(good, 4093, data, 0, 4));
    assertThrows(IllegalArgumentException.class, () -> channel.writeDirect(good, -1, data, 0, 4));
    sampled.domain.detach(TestDomain.DEVICE);
    channel.writeDirect(good, 0, data, 0, 4);
    assertEquals(0, stored(sampled));
    assertFalse(sampled.machine.power().isPresent());
  }
}
