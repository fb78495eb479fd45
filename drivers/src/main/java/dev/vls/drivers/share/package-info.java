/**
 * A directory of the host for the guest, read-only: 9P2000.L over virtio (docs/virtio.md, decision
 * 0013).
 *
 * <p>{@link dev.vls.drivers.share.VirtioShareDevice} is the inside half and keeps all of the
 * protocol's state; {@link dev.vls.drivers.share.ShareBackend} is outside, keeps none, and serves
 * requests that name paths. Threads: the device runs on the domain's, the back-end on its own.
 * Imports: {@code dev.vls.drivers.libc}, {@code .ring}, {@code .virtio}, {@code dev.vls.sma}.
 */
package dev.vls.drivers.share;
