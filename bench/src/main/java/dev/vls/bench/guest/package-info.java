/**
 * Guests that are measured, and one run of one of them: plain, recorded, replayed, or under QEMU.
 *
 * <p>Threads: the caller's becomes the domain's thread of each machine; the clocks are read there.
 * Two machines that run in turns have threads of their own, which end before the caller goes on.
 * Imports: {@code dev.vls.bench.result}, {@code dev.vls.replay} and below.
 */
package dev.vls.bench.guest;
