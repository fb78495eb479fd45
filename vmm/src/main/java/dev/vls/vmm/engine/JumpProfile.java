package dev.vls.vmm.engine;

/**
 * Where indirect jumps have gone lately: a few targets each, for as many sites as fit. Invisible to
 * the guest.
 */
public final class JumpProfile {
  /** How many targets are kept of one site. */
  public static final int WAYS = 8;

  private static final int SITES = 1 << 11;

  private final long[] sites = new long[SITES];
  private final long[] targets = new long[SITES * WAYS];
  private final byte[] counts = new byte[SITES];

  /** Creates an empty profile. */
  public JumpProfile() {}

  /** Notes a jump of the instruction at {@code site} to {@code target}. */
  public void note(long site, long target) {
    int at = index(site);
    if (sites[at] != site) {
      sites[at] = site;
      counts[at] = 0;
    }
    int known = counts[at];
    int base = at * WAYS;
    for (int way = 0; way < known; way++) {
      if (targets[base + way] == target) {
        return;
      }
    }
    if (known < WAYS) {
      targets[base + known] = target;
      counts[at]++;
    }
  }

  /** Returns how many targets of {@code site} are known, up to {@link #WAYS}. */
  public int count(long site) {
    int at = index(site);
    return sites[at] == site ? counts[at] : 0;
  }

  /** Returns one of the targets, the earliest first. */
  public long target(long site, int way) {
    return targets[index(site) * WAYS + way];
  }

  private static int index(long site) {
    return (int) (site >>> 1) & SITES - 1;
  }
}
