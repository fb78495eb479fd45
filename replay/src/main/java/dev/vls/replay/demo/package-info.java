/**
 * The failover demonstration: a leader and a follower run the ledger in processes of their own, a
 * client drives it, the leader is killed, and everything is checked against a model that knows
 * nothing of VLS.
 */
package dev.vls.replay.demo;
