package dev.vls.log.wire;

import dev.vls.log.Bytes;
import dev.vls.log.Manifest;
import dev.vls.log.frame.ManifestCodec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * How a leader leads.
 *
 * @param address to listen on; port 0 lets the system choose
 * @param manifestFile octets of the run's manifest file, see {@link
 *     dev.vls.log.store.LogDirectory#manifestFile}
 * @param images content of each image of the manifest, by role, for followers that have none
 * @param epoch this leader's; each take-over starts a new one; never negative
 * @param firstSequence sequence number of the first event that will be sent; never negative
 * @param liveness when a follower is lost
 * @param handshakeTimeout how long a follower may take for each step until the stream is open
 */
public record LeaderConfig(
    InetSocketAddress address,
    Bytes manifestFile,
    Map<String, byte[]> images,
    long epoch,
    long firstSequence,
    LivenessConfig liveness,
    Duration handshakeTimeout) {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

  /** Copies the map and checks the ranges. */
  public LeaderConfig {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(manifestFile, "manifestFile");
    images = Map.copyOf(images);
    Objects.requireNonNull(liveness, "liveness");
    Objects.requireNonNull(handshakeTimeout, "handshakeTimeout");
    if (epoch < 0 || firstSequence < 0) {
      throw new IllegalArgumentException(
          "epoch and first sequence are at least 0, found " + epoch + " and " + firstSequence);
    }
  }

  /** Returns the configuration of a leader whose run begins, with default times and epoch 0. */
  public static LeaderConfig of(
      InetSocketAddress address, Manifest manifest, Map<String, byte[]> images) {
    return new LeaderConfig(
        address,
        Bytes.wrap(ManifestCodec.encode(manifest)),
        images,
        0,
        0,
        LivenessConfig.DEFAULT,
        HANDSHAKE_TIMEOUT);
  }

  /** Returns the same with other times. */
  public LeaderConfig withLiveness(LivenessConfig other) {
    return new LeaderConfig(
        address, manifestFile, images, epoch, firstSequence, other, handshakeTimeout);
  }

  /** Returns the same for a leader that goes on at {@code sequence} in {@code newEpoch}. */
  public LeaderConfig startingAt(long newEpoch, long sequence) {
    return new LeaderConfig(
        address, manifestFile, images, newEpoch, sequence, liveness, handshakeTimeout);
  }

  /** Returns the same with another time for each step of the handshake. */
  public LeaderConfig withHandshakeTimeout(Duration timeout) {
    return new LeaderConfig(address, manifestFile, images, epoch, firstSequence, liveness, timeout);
  }
}
