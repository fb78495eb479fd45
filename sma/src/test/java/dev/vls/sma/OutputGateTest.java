package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Weights, pauses and failing back-ends. */
@Timeout(60)
class OutputGateTest {
  private final OutputGate gate = new OutputGate(OutputGate.Release.STABLE, 10);
  private final TestDomain test =
      new TestDomain(TestDomain.code(TestDomain.LOOP), "", gate, CaptureMode.STRICT);
  private final EventSource live = test.domain.live(new VirtualTime());

  private void emit(OutputMessage.Effect effect, long weight) {
    test.port.context.emit(new TestMessage(1, effect, weight));
  }

  @Test
  void shouldGiveAllWeightBackWhenTheBackendIsDetached() {
    TestBackend backend = test.attach();
    emit(OutputMessage.Effect.INTERNAL, 4);
    emit(OutputMessage.Effect.EXTERNAL, 5);
    assertEquals(9, gate.weight());
    test.domain.detach(TestDomain.DEVICE);
    assertEquals(0, gate.weight());
    backend.channel.taken(4);
    assertEquals(0, gate.weight());
  }

  @Test
  void shouldNotGoBelowZeroWhenABackendTakesMoreThanItGot() {
    TestBackend backend = test.attach();
    emit(OutputMessage.Effect.INTERNAL, 4);
    backend.channel.taken(1000);
    backend.channel.taken(-1000);
    assertEquals(0, gate.weight());
  }

  @Test
  void shouldNotCountWeightWhenNobodyIsAttached() {
    emit(OutputMessage.Effect.EXTERNAL, 100);
    assertEquals(0, gate.weight());
    assertFalse(gate.markNeeded());
  }

  @Test
  void shouldCountWhatIsReissuedAndLeaveTheDigestAlone() {
    byte[] before = gate.digest();
    test.port.outstanding.add(TestMessage.external(7));
    TestBackend backend = test.attach();
    assertEquals(1, gate.weight());
    assertEquals(List.of(), backend.numbers());
    gate.standAlone();
    assertEquals(List.of(7), backend.numbers());
    assertEquals(0, gate.messages());
    assertArrayEquals(before, gate.digest());
  }

  /** The mark that would release the output must not wait for the output to be taken. */
  @Test
  void shouldMakeTheMarkWhenHeldOutputAloneIsTooMuch() throws Exception {
    TestBackend backend = test.attach();
    emit(OutputMessage.Effect.EXTERNAL, 100);
    test.domain.observe(
        (at, event) -> {
          gate.stable(gate.events());
          backend.channel.taken(100);
        });
    test.runSteps(live, 100);
    assertEquals(1, backend.accepted.size());
    assertEquals(1, test.domain.counters().events());
  }

  /** A back-end with one thread that is blocked by the full inbox cannot take anything. */
  @Test
  void shouldGoOnCommittingWhenTheInboxIsFullAndOutputIsTooMuch() throws Exception {
    TestBackend backend = test.attach();
    emit(OutputMessage.Effect.INTERNAL, 100);
    CountDownLatch done = new CountDownLatch(1);
    Thread pusher =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < 3000; i++) {
                      Program program = new Program().target(TestPort.RAM_FRAME);
                      backend.channel.push(program.write(0, 4, i));
                    }
                    backend.channel.taken(100);
                    done.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    while (done.getCount() > 0) {
      test.runSteps(live, 1000);
    }
    pusher.join();
    assertEquals(0, gate.weight());
  }

  @Test
  void shouldStopWhileOutputIsTooMuch() throws Exception {
    test.attach();
    emit(OutputMessage.Effect.INTERNAL, 100);
    Thread stopper = Thread.ofVirtual().start(() -> test.domain.stop("enough"));
    assertEquals(new Outcome.Ended("enough"), test.domain.run(live));
    stopper.join();
  }

  @Test
  void shouldEndTheRunWhenABackendThrows() throws Exception {
    RuntimeException broken = new IllegalStateException("broken");
    Backend backend =
        new Backend() {
          @Override
          public void attach(Channel channel) {}

          @Override
          public void accept(OutputMessage message) {
            throw broken;
          }

          @Override
          public void close() {}
        };
    test.domain.attach(TestDomain.DEVICE, backend);
    emit(OutputMessage.Effect.INTERNAL, 100);
    emit(OutputMessage.Effect.INTERNAL, 100);
    Outcome outcome = test.domain.run(live);
    assertTrue(outcome instanceof Outcome.Ended(String reason) && reason.contains("broken"));
    assertEquals(broken, test.domain.failure().orElseThrow());
    assertEquals(0, gate.weight());
  }
}
