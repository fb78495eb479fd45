package dev.vls.log.frame;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.vls.log.Bytes;
import dev.vls.log.Sha256;
import dev.vls.log.SmaFrame;
import dev.vls.log.SmaFrame.Content;
import dev.vls.log.SmaFrame.Inline;
import dev.vls.log.SmaFrame.IoVector;
import dev.vls.log.SmaFrame.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code SmaFrame} of {@code vls.proto}, field by field: octets to records without a generated
 * message in between.
 */
final class SmaCodec {
  private static final int CHANNEL = 1;
  private static final int VECTORS = 2;

  private static final int FRAME = 1;
  private static final int OFFSET = 2;
  private static final int INLINE = 3;
  private static final int REFERENCE = 4;

  private static final int SOURCE = 1;
  private static final int SOURCE_OFFSET = 2;
  private static final int LENGTH = 3;
  private static final int SHA256 = 4;

  private SmaCodec() {}

  /** Returns the octets of the payload. */
  static int size(SmaFrame sma) {
    long size = Fields.sizeUInt32(CHANNEL, sma.channel());
    for (IoVector vector : sma.vectors()) {
      size += Fields.sizeNested(VECTORS, vectorSize(vector));
    }
    return Fields.bounded(size);
  }

  /** Writes {@link #size} octets. */
  static void write(SmaFrame sma, CodedOutputStream out) throws IOException {
    Fields.writeUInt32(out, CHANNEL, sma.channel());
    for (IoVector vector : sma.vectors()) {
      Fields.writeNested(out, VECTORS, vectorSize(vector));
      writeVector(vector, out);
    }
  }

  /** Reads a payload; {@code in} ends where the payload ends. */
  static SmaFrame read(CodedInputStream in) throws IOException, BadFrameException {
    int channel = 0;
    List<IoVector> vectors = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case CHANNEL << 3 | WireFormat.WIRETYPE_VARINT -> channel = in.readUInt32();
        case VECTORS << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          Fields.checkRoom(vectors.size());
          int limit = in.pushLimit(in.readRawVarint32());
          vectors.add(readVector(in));
          in.popLimit(limit);
        }
        default -> Fields.skip(in, tag);
      }
    }
    return new SmaFrame(channel, vectors);
  }

  private static int vectorSize(IoVector vector) {
    int size =
        Fields.sizeUInt32(FRAME, vector.frame()) + Fields.sizeUInt32(OFFSET, vector.offset());
    return size
        + switch (vector.content()) {
          case Inline inline -> Fields.sizeNested(INLINE, inline.length());
          case Reference reference -> Fields.sizeNested(REFERENCE, referenceSize(reference));
        };
  }

  private static void writeVector(IoVector vector, CodedOutputStream out) throws IOException {
    Fields.writeUInt32(out, FRAME, vector.frame());
    Fields.writeUInt32(out, OFFSET, vector.offset());
    switch (vector.content()) {
      case Inline inline -> out.writeByteArray(INLINE, inline.bytes().shared());
      case Reference reference -> {
        Fields.writeNested(out, REFERENCE, referenceSize(reference));
        writeReference(reference, out);
      }
    }
  }

  private static IoVector readVector(CodedInputStream in) throws IOException, BadFrameException {
    int frame = 0;
    int offset = 0;
    Content content = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case FRAME << 3 | WireFormat.WIRETYPE_VARINT -> frame = in.readUInt32();
        case OFFSET << 3 | WireFormat.WIRETYPE_VARINT -> offset = in.readUInt32();
        case INLINE << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
            content = new Inline(Bytes.wrap(in.readByteArray()));
        case REFERENCE << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int limit = in.pushLimit(in.readRawVarint32());
          content = readReference(in);
          in.popLimit(limit);
        }
        default -> Fields.skip(in, tag);
      }
    }
    if (content == null) {
      throw new BadFrameException("has a vector without content");
    }
    return new IoVector(frame, offset, content);
  }

  private static int referenceSize(Reference reference) {
    return Fields.sizeUInt32(SOURCE, reference.source())
        + Fields.sizeUInt64(SOURCE_OFFSET, reference.sourceOffset())
        + Fields.sizeUInt32(LENGTH, reference.length())
        + Fields.sizeBytes(SHA256, reference.sha256().octets());
  }

  private static void writeReference(Reference reference, CodedOutputStream out)
      throws IOException {
    Fields.writeUInt32(out, SOURCE, reference.source());
    Fields.writeUInt64(out, SOURCE_OFFSET, reference.sourceOffset());
    Fields.writeUInt32(out, LENGTH, reference.length());
    Fields.writeBytes(out, SHA256, reference.sha256().octets());
  }

  private static Reference readReference(CodedInputStream in)
      throws IOException, BadFrameException {
    int source = 0;
    long sourceOffset = 0;
    int length = 0;
    Bytes hash = Bytes.EMPTY;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case SOURCE << 3 | WireFormat.WIRETYPE_VARINT -> source = in.readUInt32();
        case SOURCE_OFFSET << 3 | WireFormat.WIRETYPE_VARINT -> sourceOffset = in.readUInt64();
        case LENGTH << 3 | WireFormat.WIRETYPE_VARINT -> length = in.readUInt32();
        case SHA256 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
            hash = Bytes.wrap(in.readByteArray());
        default -> Fields.skip(in, tag);
      }
    }
    return new Reference(source, sourceOffset, length, new Sha256(hash));
  }
}
