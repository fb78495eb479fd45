/**
 * Measurements of the whole system, each printing both sides of one run.
 *
 * <p>Threads: those of what is measured. Imports: {@code dev.vls.replay} and below.
 */
package dev.vls.bench;
