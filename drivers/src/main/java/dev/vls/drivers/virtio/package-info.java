/**
 * Virtio 1.2 over MMIO (docs/virtio.md): registers, queues, and the port that any device is built
 * on.
 *
 * <p>All of it is inside the boundary and runs on the domain's thread. Imports: {@code
 * dev.vls.drivers.ring}, {@code dev.vls.sma}, {@code dev.vls.vmm}.
 */
package dev.vls.drivers.virtio;
