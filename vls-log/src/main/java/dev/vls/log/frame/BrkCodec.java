package dev.vls.log.frame;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.vls.log.BrkFrame;
import dev.vls.log.BrkFrame.StateDigest;
import dev.vls.log.Bytes;
import dev.vls.log.FrameUpdate;
import dev.vls.log.LogPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code BrkFrame} of {@code vls.proto}, field by field: octets to records without a generated
 * message in between.
 */
final class BrkCodec {
  private static final int INSTRET = 1;
  private static final int TRAPS = 2;
  private static final int KIND = 3;
  private static final int HART = 4;
  private static final int PC = 5;
  private static final int UPDATES = 6;
  private static final int PORTS = 7;
  private static final int RESULTS = 8;
  private static final int DIGEST = 9;
  private static final int MARK = 10;
  private static final int REMARK = 11;

  private static final int FRAME = 1;
  private static final int OFFSET = 2;
  private static final int BYTES = 3;

  private static final int REGISTERS = 1;
  private static final int MEMORY = 2;
  private static final int DEVICES = 3;
  private static final int OUTPUT = 4;
  private static final int OUTPUT_BYTES = 5;

  private BrkCodec() {}

  /** Returns the octets of the payload. */
  static int size(BrkFrame brk) {
    long size = Fields.sizeUInt64(INSTRET, brk.position().instret());
    size +=
        Fields.sizeUInt64(TRAPS, brk.position().traps())
            + Fields.sizeUInt32(KIND, Codes.INSTANT_KIND.code(brk.kind()))
            + Fields.sizeUInt32(HART, brk.hart())
            + (brk.pc() == 0 ? 0 : CodedOutputStream.computeSInt64Size(PC, brk.pc()))
            + Fields.sizeBytes(RESULTS, brk.results())
            + textSize(MARK, brk.mark())
            + textSize(REMARK, brk.remark());
    for (FrameUpdate update : brk.updates()) {
      size += Fields.sizeNested(UPDATES, updateSize(update));
    }
    if (!brk.ports().isEmpty()) {
      size += Fields.sizeNested(PORTS, portsSize(brk.ports()));
    }
    if (brk.digest().isPresent()) {
      size += Fields.sizeNested(DIGEST, digestSize(brk.digest().get()));
    }
    return Fields.bounded(size);
  }

  /** Writes {@link #size} octets. */
  static void write(BrkFrame brk, CodedOutputStream out) throws IOException {
    Fields.writeUInt64(out, INSTRET, brk.position().instret());
    Fields.writeUInt64(out, TRAPS, brk.position().traps());
    Fields.writeUInt32(out, KIND, Codes.INSTANT_KIND.code(brk.kind()));
    Fields.writeUInt32(out, HART, brk.hart());
    if (brk.pc() != 0) {
      out.writeSInt64(PC, brk.pc());
    }
    for (FrameUpdate update : brk.updates()) {
      Fields.writeNested(out, UPDATES, updateSize(update));
      Fields.writeUInt32(out, FRAME, update.frame());
      Fields.writeUInt32(out, OFFSET, update.offset());
      Fields.writeBytes(out, BYTES, update.bytes());
    }
    writePorts(brk.ports(), out);
    Fields.writeBytes(out, RESULTS, brk.results());
    if (brk.digest().isPresent()) {
      writeDigest(brk.digest().get(), out);
    }
    writeText(out, MARK, brk.mark());
    writeText(out, REMARK, brk.remark());
  }

  private static int textSize(int field, String text) {
    return text.isEmpty() ? 0 : CodedOutputStream.computeStringSize(field, text);
  }

  private static void writeText(CodedOutputStream out, int field, String text) throws IOException {
    if (!text.isEmpty()) {
      out.writeString(field, text);
    }
  }

  /** Reads a payload; {@code in} ends where the payload ends. */
  static BrkFrame read(CodedInputStream in) throws IOException, BadFrameException {
    long instret = 0;
    long traps = 0;
    int kind = 0;
    int hart = 0;
    long pc = 0;
    List<FrameUpdate> updates = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    Bytes results = Bytes.EMPTY;
    StateDigest digest = null;
    String mark = "";
    String remark = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case INSTRET << 3 | WireFormat.WIRETYPE_VARINT -> instret = in.readUInt64();
        case TRAPS << 3 | WireFormat.WIRETYPE_VARINT -> traps = in.readUInt64();
        case KIND << 3 | WireFormat.WIRETYPE_VARINT -> kind = in.readEnum();
        case HART << 3 | WireFormat.WIRETYPE_VARINT -> hart = in.readUInt32();
        case PC << 3 | WireFormat.WIRETYPE_VARINT -> pc = in.readSInt64();
        case UPDATES << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          Fields.checkRoom(updates.size());
          int limit = in.pushLimit(in.readRawVarint32());
          updates.add(readUpdate(in));
          in.popLimit(limit);
        }
        case PORTS << 3 | WireFormat.WIRETYPE_VARINT -> readPort(in, ports);
        case PORTS << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int limit = in.pushLimit(in.readRawVarint32());
          while (in.getBytesUntilLimit() > 0) {
            readPort(in, ports);
          }
          in.popLimit(limit);
        }
        case RESULTS << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
            results = Bytes.wrap(in.readByteArray());
        case DIGEST << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int limit = in.pushLimit(in.readRawVarint32());
          digest = readDigest(in);
          in.popLimit(limit);
        }
        case MARK << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> mark = in.readStringRequireUtf8();
        case REMARK << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
            remark = in.readStringRequireUtf8();
        default -> Fields.skip(in, tag);
      }
    }
    return new BrkFrame(
        new LogPosition(instret, traps),
        Codes.INSTANT_KIND.constant(kind),
        hart,
        pc,
        updates,
        ports,
        results,
        Optional.ofNullable(digest),
        mark,
        remark);
  }

  private static int updateSize(FrameUpdate update) {
    return Fields.sizeUInt32(FRAME, update.frame())
        + Fields.sizeUInt32(OFFSET, update.offset())
        + Fields.sizeBytes(BYTES, update.bytes());
  }

  private static FrameUpdate readUpdate(CodedInputStream in) throws IOException, BadFrameException {
    int frame = 0;
    int offset = 0;
    Bytes bytes = Bytes.EMPTY;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case FRAME << 3 | WireFormat.WIRETYPE_VARINT -> frame = in.readUInt32();
        case OFFSET << 3 | WireFormat.WIRETYPE_VARINT -> offset = in.readUInt32();
        case BYTES << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
            bytes = Bytes.wrap(in.readByteArray());
        default -> Fields.skip(in, tag);
      }
    }
    return new FrameUpdate(frame, offset, bytes);
  }

  private static int portsSize(List<Integer> ports) {
    int size = 0;
    for (int port : ports) {
      size += CodedOutputStream.computeUInt32SizeNoTag(port);
    }
    return size;
  }

  private static void writePorts(List<Integer> ports, CodedOutputStream out) throws IOException {
    if (!ports.isEmpty()) {
      Fields.writeNested(out, PORTS, portsSize(ports));
      for (int port : ports) {
        out.writeUInt32NoTag(port);
      }
    }
  }

  private static void readPort(CodedInputStream in, List<Integer> ports)
      throws IOException, BadFrameException {
    Fields.checkRoom(ports.size());
    ports.add(in.readUInt32());
  }

  private static int digestSize(StateDigest digest) {
    return Fields.sizeFixed64(digest.registers())
        + Fields.sizeFixed64(digest.memory())
        + Fields.sizeFixed64(digest.devices())
        + Fields.sizeFixed64(digest.output())
        + Fields.sizeUInt64(OUTPUT_BYTES, digest.outputBytes());
  }

  private static void writeDigest(StateDigest digest, CodedOutputStream out) throws IOException {
    Fields.writeNested(out, DIGEST, digestSize(digest));
    Fields.writeFixed64(out, REGISTERS, digest.registers());
    Fields.writeFixed64(out, MEMORY, digest.memory());
    Fields.writeFixed64(out, DEVICES, digest.devices());
    Fields.writeFixed64(out, OUTPUT, digest.output());
    Fields.writeUInt64(out, OUTPUT_BYTES, digest.outputBytes());
  }

  private static StateDigest readDigest(CodedInputStream in) throws IOException, BadFrameException {
    long registers = 0;
    long memory = 0;
    long devices = 0;
    long output = 0;
    long outputBytes = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case REGISTERS << 3 | WireFormat.WIRETYPE_FIXED64 -> registers = in.readFixed64();
        case MEMORY << 3 | WireFormat.WIRETYPE_FIXED64 -> memory = in.readFixed64();
        case DEVICES << 3 | WireFormat.WIRETYPE_FIXED64 -> devices = in.readFixed64();
        case OUTPUT << 3 | WireFormat.WIRETYPE_FIXED64 -> output = in.readFixed64();
        case OUTPUT_BYTES << 3 | WireFormat.WIRETYPE_VARINT -> outputBytes = in.readUInt64();
        default -> Fields.skip(in, tag);
      }
    }
    return new StateDigest(registers, memory, devices, output, outputBytes);
  }
}
