package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Commit;
import dev.vls.vmm.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wall time on a machine; the policy itself is in {@link PacerPropertyTest}. */
class WallTimeTest {
  private static final long MS = 1_000_000;
  private static final long QUANTUM_NS = MS / 2; // 50 million instructions a second

  private final FakeClock clock = new FakeClock();
  private final WallTime time = new WallTime(clock);
  private final Machine machine = TestDomain.of(TestDomain.LOOP).machine;

  private void apply(Transfer transfer) {
    if (transfer != null) {
      machine.apply(new Commit(transfer.updates(), List.of()));
    }
  }

  private void run(long stallNs) {
    machine.run(LiveSource.QUANTUM);
    clock.advance(QUANTUM_NS + stallNs);
    apply(time.rebase(machine));
  }

  /** The host is busy once, and then the guest waits for a disk every other millisecond. */
  @Test
  void shouldNotRunAheadWhenAStallIsFollowedByShortRuns() {
    apply(time.rebase(machine));
    long begin = clock.nowNs();
    run(0);
    run(1_000 * MS);
    for (int i = 0; i < 500; i++) {
      run(0);
      run(0);
      long ignored = time.sleepNs(machine);
      clock.advance(MS / 10);
      apply(time.wake(machine));
      long aheadNs = machine.time() * 100 - (clock.nowNs() - begin);
      assertTrue(aheadNs < 45 * MS, () -> aheadNs + " ns ahead");
    }
  }
}
