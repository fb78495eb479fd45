/**
 * Meters of a running machine and the port that serves them; outside the boundary. Reads counters
 * that the domain's thread, the log's writer and the wire keep, from any thread; never slows them.
 */
package dev.vls.replay.metrics;
