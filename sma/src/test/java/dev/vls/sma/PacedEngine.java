package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Optional;

/**
 * An engine that only counts, on a clock that only the test moves; its time is kept by a {@link
 * Pacer}, and checked against the clock at every boundary.
 */
final class PacedEngine {
  private static final long QUANTUM = LiveSource.QUANTUM;
  private static final long BEHIND_LIMIT_NS = 2 * Pacer.COST_NS;

  /** What a quantum adds to the limit is seen at its end only. */
  private static final long AHEAD_LIMIT_NS =
      Pacer.HARD_LIMIT_NS + (QUANTUM * Pacer.MAX_RATE >>> 32) * Pacer.NS_PER_TICK;

  private final GuestMemory memory = new GuestMemory(1 << 21, 1);
  private final TimeBase time;
  private final Pacer pacer;
  private long nowNs;
  private double carryNs;
  private long instret;
  private long lastTicks;
  private long rebases;
  private long mostAheadNs;

  PacedEngine(long instret, long rate) {
    time = new TimeBase(memory, TimeBase.rateFor(20_000_000));
    this.instret = instret;
    store(new Pacer.Setting(0, instret, rate));
    pacer = new Pacer(look());
  }

  long nowNs() {
    return nowNs;
  }

  /** Returns how many re-bases there were, those of wake-ups not counted. */
  long rebases() {
    return rebases;
  }

  long mostAheadNs() {
    return mostAheadNs;
  }

  /** Runs for {@code ns}, in quanta, while the speed goes from one number of MIPS to another. */
  void run(double from, double to, long ns) {
    long begin = nowNs;
    while (nowNs - begin < ns) {
      double mips = from * Math.pow(to / from, (double) (nowNs - begin) / ns);
      long left = (long) Math.ceil((ns - (nowNs - begin)) * mips / 1000);
      quantum(Math.max(1, Math.min(LiveSource.quantum(time.rate()), left)), mips, 0);
    }
  }

  /** One quantum in which the host does something else. */
  void stall(double mips, long ns) {
    quantum(LiveSource.quantum(time.rate()), mips, ns);
  }

  void idle(long ns) {
    pacer.pausing(look());
    nowNs += ns;
    apply(pacer.waking(look()));
    check();
  }

  void checkRebases() {
    long most = Pacer.BURST + nowNs / Pacer.COST_NS;
    assertTrue(rebases <= most, () -> rebases + " re-bases in " + nowNs + " ns");
  }

  private void quantum(long instructions, double mips, long stallNs) {
    double ns = instructions * 1000 / mips + carryNs;
    instret += instructions;
    nowNs += (long) ns + stallNs;
    carryNs = ns - (long) ns;
    check();
    Optional<Pacer.Setting> due = pacer.running(look());
    due.ifPresent(
        setting -> {
          rebases++;
          apply(setting);
        });
    long behindNs = pacer.target(nowNs) * Pacer.NS_PER_TICK - ticks() * Pacer.NS_PER_TICK;
    assertTrue(behindNs <= BEHIND_LIMIT_NS, () -> behindNs + " ns behind at " + nowNs);
  }

  private void check() {
    long ticks = ticks();
    assertTrue(ticks >= lastTicks, "time runs backwards");
    lastTicks = ticks;
    long aheadNs = (ticks - pacer.target(nowNs)) * Pacer.NS_PER_TICK;
    mostAheadNs = Math.max(mostAheadNs, aheadNs);
    assertTrue(aheadNs <= AHEAD_LIMIT_NS, () -> aheadNs + " ns ahead at " + nowNs);
  }

  private long ticks() {
    return time.time(instret);
  }

  private Pacer.Look look() {
    return new Pacer.Look(nowNs, ticks(), instret, time.rate());
  }

  private void apply(Pacer.Setting setting) {
    long before = ticks();
    store(setting);
    assertTrue(ticks() >= before, "a setting turns time back");
  }

  private void store(Pacer.Setting setting) {
    memory.put64(time.frame(), TimeBase.BASE_OFFSET, setting.ticks());
    memory.put64(time.frame(), TimeBase.INSTRET_OFFSET, setting.instret());
    memory.put64(time.frame(), TimeBase.RATE_OFFSET, setting.rate());
    memory.committed(time.frame());
  }
}
