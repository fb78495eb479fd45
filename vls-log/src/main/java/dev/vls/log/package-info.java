/**
 * The event log: frames, directories, recovery, reading (DESIGN 4).
 *
 * <p>Threads: one writer thread per log; readers are confined to their caller. Imports: protobuf,
 * Netty, no other module.
 */
package dev.vls.log;
