/**
 * Log directories: writing, recovering, reading, seeking, and what {@code vls log stat|dump|verify}
 * print (docs/format.md).
 *
 * <p>A {@link dev.vls.log.store.LogWriter} has one thread of its own for all I/O; readers belong to
 * the thread that uses them. Imports the vocabulary and {@code dev.vls.log.frame}, and knows
 * nothing about machines or the wire.
 */
package dev.vls.log.store;
