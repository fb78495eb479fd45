/**
 * The guest's console (shared ABI section 8): one stream of bytes each way, whichever front-end the
 * guest uses.
 *
 * <p>Inside, {@code ConsolePort} joins the Xen ring, the UART, the SBI console and console_io.
 * Outside are the back-ends: standard streams, a file, a socket, and the relay for clients that
 * must not lose a byte when a leader dies (docs/console-relay.md).
 *
 * <p>Threads: the port runs on the domain's thread; each back-end has its own. Imports: {@code
 * dev.vls.drivers.ring}, {@code dev.vls.sma}, {@code dev.vls.vmm}, Netty (relay only).
 */
package dev.vls.drivers.console;
