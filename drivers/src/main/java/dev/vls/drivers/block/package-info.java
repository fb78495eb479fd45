/**
 * The split block device (shared ABI section 6): a port inside that reads the ring, a back-end
 * outside that serves disk images.
 *
 * <p>Threads: the port runs on the domain's thread, a back-end on its own. Imports: {@code
 * dev.vls.drivers.ring}, {@code dev.vls.drivers.store}, {@code dev.vls.sma}, {@code dev.vls.vmm}.
 */
package dev.vls.drivers.block;
