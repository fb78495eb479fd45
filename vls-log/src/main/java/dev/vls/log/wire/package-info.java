/**
 * The stream of events from a leader to its follower over TCP (docs/wire.md, DESIGN section 7).
 *
 * <p>A {@link dev.vls.log.wire.LeaderLink} is fed by the domain's thread, a {@link
 * dev.vls.log.wire.FollowerLink} is read by the replayer's; all network I/O and all callbacks are
 * on the link's own event loop. They meet in two bounded places, the outbox and the incoming queue,
 * and what a full one does is written there. Imports the vocabulary, {@code dev.vls.log.frame} and
 * Netty.
 */
package dev.vls.log.wire;
