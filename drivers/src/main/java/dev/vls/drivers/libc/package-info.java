/**
 * Functions of the host's C library, for back-ends that need of Linux what Java does not offer.
 *
 * <p>Outside the boundary; any thread. Imports nothing of VLS.
 */
package dev.vls.drivers.libc;
