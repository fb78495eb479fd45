package dev.vls.drivers.store;

import dev.vls.vmm.memory.GuestMemory;

/**
 * What the store tells a guest of itself; part of the machine's recorded configuration.
 *
 * @param name name of the domain: letters, digits and {@code - _}
 * @param memoryKiB its RAM
 */
public record DomainConfig(String name, long memoryKiB) {
  /** Checks both values. */
  public DomainConfig {
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "domain name \"" + name + "\": expected 1 to 64 letters, digits, - or _");
    }
    if (memoryKiB <= 0 || memoryKiB > GuestMemory.MAX_RAM_BYTES / 1024) {
      throw new IllegalArgumentException(memoryKiB + " KiB of memory");
    }
  }
}
