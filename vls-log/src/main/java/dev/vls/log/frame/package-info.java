/**
 * Frames and manifests as octets: layouts, checksums, encoders and decoders (docs/format.md). Not
 * exported from the module.
 *
 * <p>Used by {@code dev.vls.log.store} and {@code dev.vls.log.wire}; imports the vocabulary, the
 * generated protobuf classes and the JDK, does no I/O. Encoders and decoders belong to one thread
 * each.
 */
package dev.vls.log.frame;
