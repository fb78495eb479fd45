package dev.vls.bench.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.sma.Answer;
import dev.vls.sma.CommitObserver;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwitchedObserverTest {
  private static final int EVENTS = 64;
  private static final long WORK = 2_000_000;

  private static Boundary at(long instret) {
    return new Boundary(new Position(instret, 0), Boundary.Kind.INTR, 0, 0);
  }

  private static final Answer.Delivery NOTHING = new Answer.Delivery(List.of(), List.of());

  /** Keeps the thread busy; what it returns depends on all of it. */
  private static long work(long rounds) {
    long x = rounds;
    for (long i = 0; i < rounds; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    return x;
  }

  @Test
  void shouldShowEveryOtherPairOfEvents() {
    List<Long> seen = new ArrayList<>();
    SwitchedObserver switched = new SwitchedObserver((at, _) -> seen.add(at.position().instret()));
    for (long i = 0; i < 9; i++) {
      switched.committed(at(i), NOTHING);
    }
    assertEquals(List.of(0L, 3L, 4L, 7L, 8L), seen);
  }

  @Test
  void shouldFindTheCostWhenTheObserverTakesAsLongAsTheGuest() {
    long[] sink = new long[1];
    CommitObserver dear = (_, _) -> sink[0] += work(WORK);
    SwitchedObserver switched = new SwitchedObserver(dear);
    for (long i = 0; i < EVENTS; i++) {
      switched.committed(at(i * WORK), NOTHING);
      sink[0] += work(WORK);
    }
    double cost = switched.cost().orElseThrow();
    assertTrue(cost > 0.5 && cost < 2, () -> cost + " with " + sink[0]);
  }

  @Test
  void shouldFindNothingWhenThereAreTooFewEvents() {
    SwitchedObserver switched = new SwitchedObserver((_, _) -> {});
    assertTrue(switched.cost().isEmpty());
    switched.committed(at(1), NOTHING);
    assertTrue(switched.cost().isEmpty());
  }
}
