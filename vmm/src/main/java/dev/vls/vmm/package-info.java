/**
 * The machine as a whole: positions, commits, time, state digests.
 *
 * <p>Threads: everything here belongs to the domain's thread. Imports: the machine's own packages
 * and {@code java.base}; no clock, no randomness, no environment (DESIGN 1, R2).
 */
package dev.vls.vmm;
