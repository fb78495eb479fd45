package dev.vls.log.frame;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.vls.log.Bytes;
import dev.vls.log.EndFrame.FinalDigests;
import dev.vls.log.LogPosition;
import dev.vls.log.Sha256;
import dev.vls.log.proto.EndFrame;
import dev.vls.log.proto.Position;
import dev.vls.log.proto.SealFrame;

/** END and SEAL frames as generated messages, and conversions that several of them share. */
final class Messages {
  private Messages() {}

  /** END as it is in a log: with the counts that the log's writer adds. */
  record DecodedEnd(dev.vls.log.EndFrame end, long events, long smaFrames) {}

  static EndFrame end(dev.vls.log.EndFrame end, long events, long smaFrames) {
    return EndFrame.newBuilder()
        .setPosition(
            Position.newBuilder()
                .setInstret(end.position().instret())
                .setTraps(end.position().traps()))
        .setReasonValue(Codes.EXIT_REASON.code(end.reason()))
        .setExitCode(end.exitCode())
        .setRegistersSha256(octets(end.digests().registers()))
        .setRamSha256(octets(end.digests().ram()))
        .setOutputSha256(octets(end.digests().output()))
        .setOutputBytes(end.outputBytes())
        .setEvents(events)
        .setSmaFrames(smaFrames)
        .build();
  }

  static DecodedEnd end(byte[] payload, int offset, int length)
      throws InvalidProtocolBufferException {
    EndFrame end = EndFrame.parser().parseFrom(payload, offset, length);
    return new DecodedEnd(
        new dev.vls.log.EndFrame(
            new LogPosition(end.getPosition().getInstret(), end.getPosition().getTraps()),
            Codes.EXIT_REASON.constant(end.getReasonValue()),
            end.getExitCode(),
            new FinalDigests(
                hash(end.getRegistersSha256()),
                hash(end.getRamSha256()),
                hash(end.getOutputSha256())),
            end.getOutputBytes()),
        end.getEvents(),
        end.getSmaFrames());
  }

  static SealFrame seal(long events, long frames, int crc) {
    return SealFrame.newBuilder().setEvents(events).setFrames(frames).setCrc32C(crc).build();
  }

  static EventDecoder.Seal seal(byte[] payload, int offset, int length)
      throws InvalidProtocolBufferException {
    SealFrame seal = SealFrame.parser().parseFrom(payload, offset, length);
    return new EventDecoder.Seal(seal.getEvents(), seal.getFrames(), seal.getCrc32C());
  }

  /** Returns the octets of a hash, none where it was not taken. */
  static ByteString octets(Sha256 hash) {
    return UnsafeByteOperations.unsafeWrap(hash.octets().shared());
  }

  /**
   * Returns a hash.
   *
   * @throws IllegalArgumentException if it has a wrong length
   */
  static Sha256 hash(ByteString octets) {
    return new Sha256(Bytes.wrap(octets.toByteArray()));
  }
}
