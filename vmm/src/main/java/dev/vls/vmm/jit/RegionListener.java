package dev.vls.vmm.jit;

import java.util.function.Supplier;

/** Is told of translated code, for people to look at; outside, with no influence on the guest. */
@FunctionalInterface
public interface RegionListener {
  /** Wants to know nothing. */
  RegionListener NONE = (pc, listing) -> {};

  /**
   * A region was made. Called on the thread that makes them, which does nothing else meanwhile;
   * must not throw.
   *
   * @param pc the guest address that it was planned for; there may be others of the same address
   * @param listing makes readable text of it: guest instructions, then bytecode; only during the
   *     call, and what it costs is spent only if it is asked
   */
  void made(long pc, Supplier<String> listing);
}
