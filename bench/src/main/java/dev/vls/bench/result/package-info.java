/**
 * What was measured and how it is read: samples, distributions, ratios pair by pair, targets, and
 * the report as text and JSON. Knows no guest and no machine.
 *
 * <p>Threads: one. Imports: nothing of VLS.
 */
package dev.vls.bench.result;
