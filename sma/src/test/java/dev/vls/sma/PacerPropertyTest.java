package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Guest time against the host's clock, whatever the engine and the host do. */
class PacerPropertyTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  /** Runs, stalls, idles, and changes its speed at random. */
  @Property(tries = 300)
  void shouldStayWithinItsBounds(@ForAll long seed) {
    Random random = new Random(seed);
    PacedEngine engine = new PacedEngine(random.nextLong(1 << 30), anyRate(random));
    while (engine.nowNs() < 20 * SECOND) {
      double mips = Math.exp(random.nextDouble() * Math.log(2000)); // 1 to 2000
      switch (random.nextInt(6)) {
        case 0 -> engine.run(mips, mips, random.nextLong(2 * SECOND));
        case 1 -> engine.run(mips, Math.min(2000, 50 * mips), SECOND);
        case 2 -> engine.run(mips, Math.max(1, mips / 50), SECOND);
        case 3 -> engine.stall(mips, random.nextLong(2 * SECOND));
        case 4 -> engine.idle(random.nextLong(SECOND));
        default -> {
          int naps = random.nextInt(2000);
          long runNs = random.nextLong(3 * MS);
          long idleNs = random.nextLong(2 * MS);
          for (int i = 0; i < naps; i++) {
            engine.run(mips, mips, runNs);
            engine.idle(idleNs);
          }
        }
      }
    }
    engine.checkRebases();
  }

  private static long anyRate(Random random) {
    return (long) (Pacer.BRAKE * Math.exp(random.nextDouble() * Math.log(20_000)));
  }

  /** A binary translator: cold code is interpreted, and a second later it is not. */
  @Test
  void shouldNeedFewRebasesWhenTheEngineWarmsUp() {
    PacedEngine engine = new PacedEngine(0, Pacer.MAX_RATE / 20);
    engine.run(20, 20, SECOND);
    for (int round = 0; round < 10; round++) {
      engine.run(20, 2000, SECOND);
      engine.run(2000, 2000, SECOND);
      engine.run(2000, 20, SECOND / 10);
      engine.run(20, 20, SECOND);
    }
    engine.checkRebases();
    assertTrue(engine.rebases() < 31 * 12, () -> engine.rebases() + " re-bases in 31 seconds");
    assertTrue(engine.mostAheadNs() < 25 * MS, () -> engine.mostAheadNs() + " ns ahead");
  }

  @Test
  void shouldNeedNoRebasesWhenTheSpeedIsSteady() {
    for (double mips : new double[] {2, 60, 2000}) {
      PacedEngine engine = new PacedEngine(0, Pacer.MAX_RATE / 20);
      engine.run(mips, mips, SECOND);
      long warm = engine.rebases();
      engine.run(mips, mips, 60 * SECOND);
      assertEquals(warm, engine.rebases(), "at " + mips + " MIPS");
    }
  }

  /** What was measured while the host did other things is far too slow an engine. */
  @Test
  void shouldNotRunAheadWhenTheRateWasMeasuredOverAStall() {
    PacedEngine engine = new PacedEngine(0, Pacer.MAX_RATE / 20);
    engine.run(60, 60, 2 * MS);
    engine.stall(60, 1700 * MS);
    for (int i = 0; i < 1000; i++) {
      engine.run(60, 60, MS);
      engine.idle(MS / 10);
    }
    assertTrue(engine.mostAheadNs() < 25 * MS, () -> engine.mostAheadNs() + " ns ahead");
  }
}
