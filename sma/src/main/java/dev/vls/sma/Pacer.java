package dev.vls.sma;

import dev.vls.vmm.TimeBase;
import java.util.Optional;

/**
 * The policy of wall time, without a machine: when the guest's clock is set, and how fast it then
 * runs (docs/determinism.md, "Wall time"). Times of the host are nanoseconds of one clock, guest
 * time is ticks. Domain's thread.
 *
 * <p>A rate is a guess at the engine's speed, and the engine may be 50 times faster or slower a
 * moment later. So no guess is trusted: a guest that is {@link #HARD_LIMIT_NS} ahead gets {@link
 * #BRAKE}, with which no engine gets further ahead, until the host's clock has caught up. Re-bases
 * are paid from a credit that time fills up, and one that is no brake leaves enough for a brake: so
 * there is always one to be had, whatever the engine does.
 */
final class Pacer {
  /** How far guest time may be off before a re-base is due. */
  static final long SOFT_LIMIT_NS = 10_000_000;

  /** How far ahead a guest may be before it is braked. */
  static final long HARD_LIMIT_NS = 20_000_000;

  /** Host time that pays for one re-base: 20 a second in the long run. */
  static final long COST_NS = 50_000_000;

  /** Most re-bases that may be saved up. */
  static final int BURST = 6;

  /** Longest stretch between two looks that counts as running; what is more is a stall. */
  static final long STALL_NS = 50_000_000;

  /** Stretch of running from which a rate is derived where there is no hurry. */
  static final long MEASURE_NS = 20_000_000;

  /** Rate for an engine of 20,000 million instructions a second, which there is not. */
  static final long BRAKE = TimeBase.rateFor(20_000_000_000L);

  /** Greatest rate: for an engine of a million instructions a second. */
  static final long MAX_RATE = TimeBase.rateFor(1_000_000L);

  static final long NS_PER_TICK = 1_000_000_000 / TimeBase.TICKS_PER_SECOND;

  private static final double CATCH_UP_NS = 200_000_000;
  private static final double SLOWEST_PACE = 0.1;

  private final long originNs;
  private final long originTicks;
  private long creditNs = BURST * COST_NS;
  private long lookNs;
  private long lookInstret;
  private long rebasedNs;
  private long ranNs; // what was measured since the rate was last derived, without idle time
  private long ranInstret;
  private boolean braked;

  /** A store to the time page. */
  record Setting(long ticks, long instret, long rate) {}

  /** What the machine shows at a boundary. */
  record Look(long nowNs, long ticks, long instret, long rate) {}

  /** Begins at the guest's present time, whatever it is. */
  Pacer(Look first) {
    originNs = first.nowNs();
    originTicks = first.ticks();
    lookNs = originNs;
    lookInstret = first.instret();
    rebasedNs = originNs - COST_NS;
  }

  /** Returns the guest time that belongs to {@code nowNs}. */
  long target(long nowNs) {
    return originTicks + (nowNs - originNs) / NS_PER_TICK;
  }

  /** The guest runs: returns the setting that is due, if one is. */
  Optional<Setting> running(Look look) {
    measure(look);
    long aheadNs = aheadNs(look);
    if (aheadNs > HARD_LIMIT_NS && !braked && creditNs >= COST_NS) {
      return pay(brake(look));
    }
    if (creditNs < 2 * COST_NS) {
      return Optional.empty();
    }
    return due(look, aheadNs) ? pay(derive(look, aheadNs)) : Optional.empty();
  }

  private boolean due(Look look, long aheadNs) {
    if (aheadNs < -SOFT_LIMIT_NS) {
      return true;
    }
    return braked
        ? aheadNs < 0 && ranNs >= MEASURE_NS
        : aheadNs > SOFT_LIMIT_NS && look.nowNs() - rebasedNs >= COST_NS;
  }

  /** The guest is about to wait. */
  void pausing(Look look) {
    measure(look);
  }

  /** The guest wakes up, which is an event anyway. */
  Setting waking(Look look) {
    creditNs = credit(look.nowNs());
    lookNs = look.nowNs(); // idle time is no running time
    measure(look);
    long aheadNs = aheadNs(look);
    if (aheadNs > HARD_LIMIT_NS) {
      return brake(look);
    }
    return ranNs >= MEASURE_NS ? derive(look, aheadNs) : set(look, look.rate());
  }

  private long aheadNs(Look look) {
    return (look.ticks() - target(look.nowNs())) * NS_PER_TICK;
  }

  private void measure(Look look) {
    creditNs = credit(look.nowNs());
    ranNs += Math.clamp(look.nowNs() - lookNs, 0, STALL_NS);
    ranInstret += look.instret() - lookInstret;
    lookNs = look.nowNs();
    lookInstret = look.instret();
  }

  private long credit(long nowNs) {
    return Math.min(BURST * COST_NS, creditNs + Math.max(0, nowNs - lookNs));
  }

  private Optional<Setting> pay(Setting setting) {
    creditNs -= COST_NS;
    return Optional.of(setting);
  }

  /** Stops the guest's clock as good as dead; what was measured led here and is forgotten. */
  private Setting brake(Look look) {
    if (!braked) {
      forget();
    }
    braked = true;
    return set(look, BRAKE);
  }

  /** A guest that is ahead is slowed down, the more the further ahead it is. */
  private Setting derive(Look look, long aheadNs) {
    double pace = Math.clamp(1 - Math.max(0, aheadNs) / CATCH_UP_NS, SLOWEST_PACE, 1);
    long rate = look.rate();
    if (ranInstret > 0 && ranNs > 0) {
      double speed = (double) ranNs / NS_PER_TICK / ranInstret * (1L << 32);
      rate = Math.clamp((long) (speed * pace), BRAKE, MAX_RATE);
    }
    braked = false;
    forget();
    return set(look, rate);
  }

  private void forget() {
    ranNs = 0;
    ranInstret = 0;
  }

  /** Time never runs backwards. */
  private Setting set(Look look, long rate) {
    rebasedNs = look.nowNs();
    return new Setting(Math.max(target(look.nowNs()), look.ticks()), look.instret(), rate);
  }
}
