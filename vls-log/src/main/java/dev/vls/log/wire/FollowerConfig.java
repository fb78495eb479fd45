package dev.vls.log.wire;

import dev.vls.log.Bytes;
import dev.vls.log.Manifest;
import dev.vls.log.frame.ManifestCodec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a follower follows.
 *
 * @param leader where the leader listens
 * @param manifestFile the manifest that is expected, as octets of its file; {@link Bytes#EMPTY} to
 *     take the leader's
 * @param images images that need not be sent
 * @param epoch highest epoch that is known; never negative
 * @param nextSequence sequence number of the first event that the follower does not have; never
 *     negative
 * @param windowBytes bytes of events that may lie unreplayed; at least 1
 * @param ackMode when an event counts as held
 * @param liveness when the leader is lost
 * @param retry how often to try to connect
 * @param handshakeTimeout how long the leader may take for each step until the stream is open
 * @param maxImageBytes most bytes of images that are taken from the leader
 */
public record FollowerConfig(
    InetSocketAddress leader,
    Bytes manifestFile,
    List<Bytes> images,
    long epoch,
    long nextSequence,
    long windowBytes,
    AckMode ackMode,
    LivenessConfig liveness,
    Retry retry,
    Duration handshakeTimeout,
    long maxImageBytes) {
  /** When an event is held, and so stable for the leader. */
  public enum AckMode {
    /** When it is whole in memory. */
    ON_RECEIPT,
    /** When {@link FollowerLink#persisted} says so. */
    ON_PERSISTED
  }

  /**
   * Tries to connect.
   *
   * @param attempts in all, at least 1
   * @param delay between two
   */
  public record Retry(int attempts, Duration delay) {
    /** Checks the ranges. */
    public Retry {
      if (attempts < 1 || delay.isNegative()) {
        throw new IllegalArgumentException(
            "at least 1 attempt and no negative delay, found " + attempts + " and " + delay);
      }
    }
  }

  private static final long WINDOW_BYTES = 16L << 20;
  private static final long MAX_IMAGE_BYTES = 2L << 30;
  private static final Retry RETRY = new Retry(50, Duration.ofMillis(200));

  /** Copies the list and checks the ranges. */
  public FollowerConfig {
    Objects.requireNonNull(leader, "leader");
    Objects.requireNonNull(manifestFile, "manifestFile");
    images = List.copyOf(images);
    Objects.requireNonNull(ackMode, "ackMode");
    Objects.requireNonNull(liveness, "liveness");
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(handshakeTimeout, "handshakeTimeout");
    if (epoch < 0 || nextSequence < 0 || windowBytes < 1 || maxImageBytes < 0) {
      throw new IllegalArgumentException(
          "epoch, next sequence and image bytes are at least 0 and the window is at least 1, found "
              + epoch
              + ", "
              + nextSequence
              + ", "
              + maxImageBytes
              + " and "
              + windowBytes);
    }
  }

  /**
   * Returns the configuration of a follower that knows nothing but an address: 16 MiB window,
   * acknowledges on receipt.
   */
  public static FollowerConfig of(InetSocketAddress leader) {
    return new FollowerConfig(
        leader,
        Bytes.EMPTY,
        List.of(),
        0,
        0,
        WINDOW_BYTES,
        AckMode.ON_RECEIPT,
        LivenessConfig.DEFAULT,
        RETRY,
        Duration.ofSeconds(5),
        MAX_IMAGE_BYTES);
  }

  /** Returns the same for a follower that expects a machine and has images already. */
  public FollowerConfig expecting(Optional<Manifest> manifest, List<Bytes> held) {
    return new FollowerConfig(
        leader,
        manifest.map(m -> Bytes.wrap(ManifestCodec.encode(m))).orElse(Bytes.EMPTY),
        held,
        epoch,
        nextSequence,
        windowBytes,
        ackMode,
        liveness,
        retry,
        handshakeTimeout,
        maxImageBytes);
  }

  /**
   * Returns the same for a follower that has all events below {@code sequence} and knows of {@code
   * knownEpoch}.
   */
  public FollowerConfig startingAt(long knownEpoch, long sequence) {
    return new FollowerConfig(
        leader,
        manifestFile,
        images,
        knownEpoch,
        sequence,
        windowBytes,
        ackMode,
        liveness,
        retry,
        handshakeTimeout,
        maxImageBytes);
  }

  /** Returns the same with another window and another meaning of held. */
  public FollowerConfig withWindow(long bytes, AckMode mode) {
    return new FollowerConfig(
        leader,
        manifestFile,
        images,
        epoch,
        nextSequence,
        bytes,
        mode,
        liveness,
        retry,
        handshakeTimeout,
        maxImageBytes);
  }

  /** Returns the same with other times. */
  public FollowerConfig withTimes(
      LivenessConfig newLiveness, Retry newRetry, Duration newHandshakeTimeout) {
    return new FollowerConfig(
        leader,
        manifestFile,
        images,
        epoch,
        nextSequence,
        windowBytes,
        ackMode,
        newLiveness,
        newRetry,
        newHandshakeTimeout,
        maxImageBytes);
  }
}
