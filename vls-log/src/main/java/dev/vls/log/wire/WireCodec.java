package dev.vls.log.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.proto.Ack;
import dev.vls.log.proto.Bye;
import dev.vls.log.proto.Feature;
import dev.vls.log.proto.Hello;
import dev.vls.log.proto.ImageChunk;
import dev.vls.log.proto.Position;
import dev.vls.log.proto.Progress;
import dev.vls.log.proto.Refusal;
import dev.vls.log.proto.Role;
import dev.vls.log.proto.StreamMark;
import dev.vls.log.proto.Welcome;
import java.util.List;

/** Payloads of messages to octets and back. */
final class WireCodec {
  private WireCodec() {}

  static int type(WireMessage message) {
    return switch (message) {
      case WireMessage.Hello m -> WireLayout.HELLO;
      case WireMessage.Welcome m -> WireLayout.WELCOME;
      case WireMessage.Refusal m -> WireLayout.REFUSAL;
      case WireMessage.ImageChunk m -> WireLayout.IMAGE;
      case WireMessage.Events m -> WireLayout.EVENTS;
      case WireMessage.Ack m -> WireLayout.ACK;
      case WireMessage.Progress m -> WireLayout.PROGRESS;
      case WireMessage.Heartbeat m -> WireLayout.HEARTBEAT;
      case WireMessage.Bye m -> WireLayout.BYE;
    };
  }

  static byte[] payload(WireMessage message) {
    return switch (message) {
      case WireMessage.Hello m -> hello(m).toByteArray();
      case WireMessage.Welcome m -> welcome(m).toByteArray();
      case WireMessage.Refusal m ->
          Refusal.newBuilder().addAllReasons(m.reasons()).build().toByteArray();
      case WireMessage.ImageChunk m ->
          ImageChunk.newBuilder()
              .setSha256(octets(m.sha256().octets()))
              .setOffset(m.offset())
              .setOctets(octets(m.octets()))
              .build()
              .toByteArray();
      case WireMessage.Events m -> m.octets().shared();
      case WireMessage.Ack m ->
          Ack.newBuilder()
              .setStableSequence(m.stableSequence())
              .setReplayed(position(m.replayed()))
              .setGrantedBytes(m.grantedBytes())
              .build()
              .toByteArray();
      case WireMessage.Progress m -> progress(m).toByteArray();
      case WireMessage.Heartbeat m -> new byte[0];
      case WireMessage.Bye m -> Bye.newBuilder().setReason(m.reason()).build().toByteArray();
    };
  }

  /** Returns the message; anything that is none is a {@link LogException} (PROTOCOL). */
  static WireMessage message(int type, byte[] payload) throws LogException {
    try {
      return switch (type) {
        case WireLayout.HELLO -> hello(Hello.parseFrom(payload));
        case WireLayout.WELCOME -> welcome(Welcome.parseFrom(payload));
        case WireLayout.REFUSAL ->
            new WireMessage.Refusal(List.copyOf(Refusal.parseFrom(payload).getReasonsList()));
        case WireLayout.IMAGE -> image(ImageChunk.parseFrom(payload));
        case WireLayout.EVENTS -> new WireMessage.Events(Bytes.wrap(payload));
        case WireLayout.ACK -> ack(Ack.parseFrom(payload));
        case WireLayout.PROGRESS -> progress(Progress.parseFrom(payload));
        case WireLayout.HEARTBEAT -> new WireMessage.Heartbeat();
        case WireLayout.BYE -> new WireMessage.Bye(Bye.parseFrom(payload).getReason());
        default -> throw new LogException(Kind.PROTOCOL, "unknown message type " + type);
      };
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new LogException(
          Kind.PROTOCOL, "the peer sent a message without meaning: " + e.getMessage(), e);
    }
  }

  private static Hello hello(WireMessage.Hello m) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setWireVersion(m.wireVersion())
            .setRole(role(m.role()))
            .setEpoch(m.epoch())
            .setNextSequence(m.nextSequence())
            .setManifestFile(octets(m.manifestFile()));
    for (Manifest.Feature f : m.features()) {
      hello.addFeatures(Feature.newBuilder().setBit(f.bit()).setName(f.name()));
    }
    m.imagesHeld().forEach(hash -> hello.addImagesHeld(octets(hash.octets())));
    return hello.build();
  }

  private static WireMessage.Hello hello(Hello m) {
    return new WireMessage.Hello(
        m.getWireVersion(),
        m.getFeaturesList().stream()
            .map(f -> new Manifest.Feature(f.getBit(), f.getName()))
            .toList(),
        role(m.getRole()),
        m.getEpoch(),
        m.getNextSequence(),
        bytes(m.getManifestFile()),
        m.getImagesHeldList().stream().map(h -> new Sha256(bytes(h))).toList());
  }

  private static Welcome welcome(WireMessage.Welcome m) {
    return Welcome.newBuilder()
        .setWireVersion(m.wireVersion())
        .setRole(role(m.role()))
        .setEpoch(m.epoch())
        .setNextSequence(m.nextSequence())
        .setManifestFile(octets(m.manifestFile()))
        .build();
  }

  private static WireMessage.Welcome welcome(Welcome m) {
    return new WireMessage.Welcome(
        m.getWireVersion(),
        role(m.getRole()),
        m.getEpoch(),
        m.getNextSequence(),
        bytes(m.getManifestFile()));
  }

  private static WireMessage.ImageChunk image(ImageChunk m) {
    return new WireMessage.ImageChunk(
        new Sha256(bytes(m.getSha256())), m.getOffset(), bytes(m.getOctets()));
  }

  private static WireMessage.Ack ack(Ack m) {
    return new WireMessage.Ack(
        m.getStableSequence(), position(m.getReplayed()), m.getGrantedBytes());
  }

  private static Progress progress(WireMessage.Progress m) {
    Progress.Builder progress = Progress.newBuilder().setPosition(position(m.position()));
    for (dev.vls.log.wire.StreamMark mark : m.released()) {
      progress.addReleased(
          StreamMark.newBuilder().setStream(mark.stream()).setAmount(mark.amount()));
    }
    return progress.build();
  }

  private static WireMessage.Progress progress(Progress m) {
    return new WireMessage.Progress(
        position(m.getPosition()),
        m.getReleasedList().stream()
            .map(s -> new dev.vls.log.wire.StreamMark(s.getStream(), s.getAmount()))
            .toList());
  }

  private static Role role(WireMessage.Role role) {
    return switch (role) {
      case LEADER -> Role.LEADER;
      case FOLLOWER -> Role.FOLLOWER;
      case UNKNOWN -> Role.ROLE_UNKNOWN;
    };
  }

  private static WireMessage.Role role(Role role) {
    return switch (role) {
      case LEADER -> WireMessage.Role.LEADER;
      case FOLLOWER -> WireMessage.Role.FOLLOWER;
      case ROLE_UNKNOWN, UNRECOGNIZED -> WireMessage.Role.UNKNOWN;
    };
  }

  private static Position position(LogPosition position) {
    return Position.newBuilder().setInstret(position.instret()).setTraps(position.traps()).build();
  }

  private static LogPosition position(Position position) {
    return new LogPosition(position.getInstret(), position.getTraps());
  }

  private static ByteString octets(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.shared());
  }

  private static Bytes bytes(ByteString octets) {
    return Bytes.wrap(octets.toByteArray());
  }
}
