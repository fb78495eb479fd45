/**
 * The suites: what is run in which rounds, and which tables and promises come of it.
 *
 * <p>Threads: one, the domain's of every machine. Imports: {@code dev.vls.bench.guest}, {@code
 * dev.vls.bench.result}.
 */
package dev.vls.bench.suite;
