package dev.vls.vmm.xen;

/**
 * How often a grant is pinned.
 *
 * @param ref the grant
 * @param readers pins that only read, 0 to 255
 * @param writers pins that also write, 0 to 255
 */
public record GrantPins(int ref, int readers, int writers) {}
