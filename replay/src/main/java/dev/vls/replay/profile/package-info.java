/**
 * Profiles of guests: samples of where the engine is, and symbols for them; outside the boundary.
 * Reads what the domain's thread publishes, from a thread of its own; never slows it.
 *
 * <p>May import {@code dev.vls.vmm.engine} and {@code dev.vls.sma} for errors.
 */
package dev.vls.replay.profile;
