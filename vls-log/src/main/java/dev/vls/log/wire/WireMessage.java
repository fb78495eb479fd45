package dev.vls.log.wire;

import dev.vls.log.Bytes;
import dev.vls.log.LogPosition;
import dev.vls.log.Manifest.Feature;
import dev.vls.log.Sha256;
import java.util.List;

/**
 * What travels between leader and follower; docs/wire.md and the schema say what the fields mean.
 */
sealed interface WireMessage {
  /** Who speaks. */
  enum Role {
    LEADER,
    FOLLOWER,
    UNKNOWN
  }

  /** Follower to leader, first. */
  record Hello(
      int wireVersion,
      List<Feature> features,
      Role role,
      long epoch,
      long nextSequence,
      Bytes manifestFile,
      List<Sha256> imagesHeld)
      implements WireMessage {}

  /** Leader to follower: accepted. */
  record Welcome(int wireVersion, Role role, long epoch, long nextSequence, Bytes manifestFile)
      implements WireMessage {}

  /** Not accepted. */
  record Refusal(List<String> reasons) implements WireMessage {}

  /** A piece of an image. */
  record ImageChunk(Sha256 sha256, long offset, Bytes octets) implements WireMessage {}

  /** Octets of frames. */
  record Events(Bytes octets) implements WireMessage {}

  /** What the follower holds, has replayed and is ready to take. */
  record Ack(long stableSequence, LogPosition replayed, long grantedBytes) implements WireMessage {}

  /** How far the leader is. */
  record Progress(LogPosition position, List<StreamMark> released) implements WireMessage {}

  /** Still there. */
  record Heartbeat() implements WireMessage {}

  /** The sender leaves in order. */
  record Bye(String reason) implements WireMessage {}
}
