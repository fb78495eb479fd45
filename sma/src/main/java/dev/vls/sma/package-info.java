/**
 * Channels, programs, the inbox, the domain's loop and the output gate (DESIGN 3).
 *
 * <p>Threads: back-ends enqueue from their own threads; commits run on the domain's thread.
 * Imports: {@code dev.vls.vmm}.
 */
package dev.vls.sma;
