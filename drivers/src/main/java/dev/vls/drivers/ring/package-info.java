/**
 * What split devices share: the Xen side of the machine as ports see it, rings with entries of any
 * size, and the xenbus handshake (shared ABI sections 5, 6.3, 13).
 *
 * <p>Threads: the domain's. Imports: {@code dev.vls.drivers.store}, {@code dev.vls.sma}, {@code
 * dev.vls.vmm}.
 */
package dev.vls.drivers.ring;
