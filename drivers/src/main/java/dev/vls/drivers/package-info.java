/**
 * What the split devices share: configuration and attachment of back-ends (DESIGN 5).
 *
 * <p>Threads: ports run on the domain's thread, each back-end on its own. Imports: {@code
 * dev.vls.sma}, {@code dev.vls.vmm}.
 */
package dev.vls.drivers;
