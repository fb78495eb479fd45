package dev.vls.vmm;

/**
 * What a machine's state comes to at one boundary; equal states give equal digests.
 *
 * @param harts registers, CSRs and counts of all harts
 * @param devices board, Xen domain and time
 * @param memory all frames
 */
public record StateDigest(long harts, long devices, long memory) {}
