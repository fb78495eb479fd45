/**
 * XenStore, inside the boundary (shared ABI section 9; decision 0003): the tree, its protocol and
 * the ring page by which the guest speaks to it.
 *
 * <p>Everything is a pure function of what the guest does, so nothing here is ever logged. Order is
 * defined everywhere: children by name, watches by registration.
 *
 * <p>Threads: the domain's. Imports: {@code dev.vls.sma}, {@code dev.vls.vmm}.
 */
package dev.vls.drivers.store;
