package dev.vls.bench.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Estimate;
import dev.vls.sma.Answer;
import dev.vls.sma.EventSource;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Runs without machines: a leg asks its source as a domain does, and steps as far as it may. */
class RelayTest {
  private static final long TURN = 100;
  private static final long BUDGET = 30;
  private static final long JOIN_MS = 60_000;
  private static final Machine NONE = null;

  private final AtomicLong nowNs = new AtomicLong(); // of all threads: only one of them runs
  private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
  private final Relay relay = new Relay(TURN, new Turns.TwoClocks(nowNs::get, () -> nowNs.get()));

  /** A source that has nothing to say, and lets a machine run for a while. */
  private static class Quiet implements EventSource {
    @Override
    public long budget(Position now) {
      return BUDGET;
    }

    @Override
    public Answer poll(Machine machine, Boundary at) {
      return Answer.CONTINUE;
    }

    @Override
    public Answer await(Machine machine, Boundary at) throws InterruptedException {
      return Answer.CONTINUE;
    }
  }

  private static Boundary at(long steps) {
    return new Boundary(new Position(steps, 0), Boundary.Kind.INTR, 0, 0);
  }

  /** Runs so many steps and returns how many were made before the source ended the run. */
  private long steps(String name, Turns turns, long most, long nsPerStep) {
    threads.add(Thread.currentThread());
    EventSource source = turns.over(new Quiet());
    long steps = 0;
    while (steps < most) {
      if (source.poll(NONE, at(steps)) instanceof Answer.End) {
        return steps;
      }
      long some = Math.min(most - steps, source.budget(at(steps).position()));
      nowNs.addAndGet(some * nsPerStep);
      steps += some;
      journal.add(name + steps);
    }
    return steps;
  }

  @Test
  void shouldAlternateInStepWhenBothRun() throws Exception {
    List<Long> steps = relay.run(t -> steps("a", t, 250, 1), t -> steps("b", t, 250, 1));

    assertEquals(List.of(250L, 250L), steps);
    assertEquals(
        List.of(
            "a30", "a60", "a90", "a100", "b30", "b60", "b90", "b100", //
            "a130", "a160", "a190", "a200", "b130", "b160", "b190", "b200", //
            "a230", "a250", "b230", "b250"),
        journal);
  }

  @Test
  void shouldGoOnAloneWhenTheOtherHasEnded() throws Exception {
    List<Long> steps = relay.run(t -> steps("a", t, 1_000, 1), t -> steps("b", t, 140, 1));

    assertEquals(List.of(1_000L, 140L), steps);
    assertEquals(List.of("b130", "b140"), journal.subList(12, 14));
    assertTrue(journal.subList(14, journal.size()).stream().allMatch(s -> s.startsWith("a")));
    assertEquals("a1000", journal.getLast());
    assertEquals(1, relay.ratio().count(), "the turn that both ended");
  }

  @Test
  void shouldCompareOnlyWhatIsWithinTurns() throws Exception {
    var _ = relay.run(t -> steps("a", t, 2_050, 3), t -> steps("b", t, 2_050, 2));

    assertEquals(new Estimate(10, 1.5, 0), relay.ratio());
    assertEquals(1 / 1.5, relay.inverseRatio().mean(), 1e-9);
  }

  @Test
  void shouldLeaveTheFirstHalfOut() {
    List<Double> over = List.of(90.0, 90.0, 4.0, 4.0, 70.0);
    List<Double> under = List.of(1.0, 1.0, 2.0, 2.0);

    assertEquals(new Estimate(2, 2, 0), Relay.ratio(over, under));
    assertEquals(0, Relay.ratio(List.of(), under).count());
  }

  @Test
  void shouldStopTheGuestsClockWhileTheOtherRuns() throws Exception {
    List<Long> clocks =
        relay.run(
            turns -> {
              steps("a", turns, 1_000, 3);
              return turns.clock().nowNs();
            },
            turns -> {
              steps("b", turns, 1_000, 2);
              return turns.clock().nowNs();
            });

    assertEquals(List.of(3_000L, 2_000L), clocks);
  }

  @Test
  void shouldEndTheOtherAndThrowWhenOneFailsWithinATurn() throws Exception {
    Exception failure = new WrongResultException("wrong");
    AtomicLong others = new AtomicLong();

    Exception thrown =
        assertThrows(
            Exception.class,
            () ->
                relay.run(
                    turns -> {
                      others.set(steps("a", turns, Long.MAX_VALUE, 1));
                      throw new IllegalStateException("ended because of the other");
                    },
                    turns -> {
                      steps("b", turns, 250, 1);
                      throw failure;
                    }));

    assertSame(failure, thrown);
    assertEquals(300, others.get());
    assertNoThreadLeft();
  }

  @Test
  void shouldEndTheOtherAndThrowWhenOneFailsBeforeItsFirstTurn() throws Exception {
    Error failure = new AssertionError("not built");
    AtomicLong others = new AtomicLong(-1);

    Error thrown =
        assertThrows(
            AssertionError.class,
            () ->
                relay.run(
                    turns -> {
                      others.set(steps("a", turns, Long.MAX_VALUE, 1));
                      return 0;
                    },
                    turns -> {
                      threads.add(Thread.currentThread());
                      throw failure;
                    }));

    assertSame(failure, thrown);
    assertEquals(0, others.get());
    assertNoThreadLeft();
  }

  @Test
  void shouldEndBothWhenTheCallerIsInterrupted() throws Exception {
    CountDownLatch idle = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    AtomicReference<Exception> thrown = new AtomicReference<>();
    AtomicLong others = new AtomicLong(-1);
    EventSource waiting =
        new Quiet() {
          @Override
          public Answer await(Machine machine, Boundary at) throws InterruptedException {
            idle.countDown();
            never.await();
            return Answer.CONTINUE;
          }
        };
    Thread caller =
        Thread.ofPlatform()
            .start(
                () ->
                    thrown.set(
                        assertThrows(
                            Exception.class,
                            () ->
                                relay.run(
                                    turns -> {
                                      threads.add(Thread.currentThread());
                                      return turns.over(waiting).await(NONE, at(0));
                                    },
                                    turns -> {
                                      others.set(steps("b", turns, Long.MAX_VALUE, 1));
                                      return Answer.CONTINUE;
                                    }))));
    idle.await();

    caller.interrupt();
    caller.join(JOIN_MS);

    assertFalse(caller.isAlive());
    assertEquals(InterruptedException.class, thrown.get().getClass());
    assertEquals(0, others.get(), "the other never had a turn");
    assertNoThreadLeft();
  }

  private void assertNoThreadLeft() throws InterruptedException {
    assertEquals(2, threads.size());
    for (Thread thread : threads) {
      thread.join(JOIN_MS);
      assertFalse(thread.isAlive());
    }
  }
}
