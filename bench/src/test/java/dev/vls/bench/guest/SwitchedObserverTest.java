package dev.vls.bench.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.sma.Answer;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwitchedObserverTest {
  private static final int EVENTS = 64;
  private static final long INSTRUCTIONS = 1_000_000;
  private static final long STRETCH_NS = 1_000;

  private static Boundary at(long instret) {
    return new Boundary(new Position(instret, 0), Boundary.Kind.INTR, 0, 0);
  }

  private static final Answer.Delivery NOTHING = new Answer.Delivery(List.of(), List.of());

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
  void shouldFindTheCostWhenTheObserverTakesAQuarterOfTheGuestsTime() {
    long[] ns = new long[1];
    SwitchedObserver switched =
        new SwitchedObserver((_, _) -> ns[0] += STRETCH_NS / 4, () -> ns[0]);
    for (long i = 0; i < EVENTS; i++) {
      switched.committed(at(i * INSTRUCTIONS), NOTHING);
      ns[0] += STRETCH_NS;
    }
    assertEquals(0.25, switched.cost().mean(), 1e-9);
  }

  @Test
  void shouldFindNothingWhenThereAreTooFewEvents() {
    SwitchedObserver switched = new SwitchedObserver((_, _) -> {});
    assertEquals(0, switched.cost().count());
    switched.committed(at(1), NOTHING);
    assertEquals(0, switched.cost().count());
  }
}
