/**
 * The vocabulary of event logs (DESIGN section 4): events, positions, manifests and the one
 * exception family of this module.
 *
 * <p>Everything here is an immutable value that any thread may use. The package imports nothing but
 * the JDK; the generated protobuf classes stay behind {@code dev.vls.log.frame}.
 */
package dev.vls.log;
