/**
 * Plots as SVG (SVG 1.1) texts, and the report that holds them as one HTML file without scripts or
 * anything from elsewhere.
 *
 * <p>Threads: none of its own; not thread-safe. Imports: {@code dev.vls.bench.result}.
 */
package dev.vls.bench.plot;
