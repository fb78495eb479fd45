/**
 * Guests that are measured, and one run of one of them: plain, recorded, replayed, or under QEMU.
 *
 * <p>Threads: the caller's becomes the domain's thread of each machine; the clocks are read there.
 * Imports: {@code dev.vls.bench.result}, {@code dev.vls.replay} and below.
 */
package dev.vls.bench.guest;
