/**
 * Random bytes for the guest: a device inside, and a back-end outside that may be as random as it
 * likes.
 *
 * <p>Threads: the device runs on the domain's, the back-end on its own. Imports: {@code
 * dev.vls.drivers.ring}, {@code .virtio}, {@code dev.vls.sma}.
 */
package dev.vls.drivers.entropy;
