/**
 * The network: a device inside, a back-end outside, and the links that a back-end can be put on.
 *
 * <p>Threads: the device runs on the domain's; a back-end has one that stores frames and one that
 * sends, and each link has its own. Imports: {@code dev.vls.drivers.ring}, {@code .virtio}, {@code
 * dev.vls.sma}.
 */
package dev.vls.drivers.net;
