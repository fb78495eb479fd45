package dev.vls.log.frame;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.vls.log.Bytes;
import java.io.IOException;

/**
 * Sizes and writes single proto3 fields, default values omitted. Field numbers up to 15 only: every
 * tag is one octet.
 */
final class Fields {
  private Fields() {}

  static int sizeUInt32(int field, int value) {
    return value == 0 ? 0 : CodedOutputStream.computeUInt32Size(field, value);
  }

  static void writeUInt32(CodedOutputStream out, int field, int value) throws IOException {
    if (value != 0) {
      out.writeUInt32(field, value);
    }
  }

  static int sizeUInt64(int field, long value) {
    return value == 0 ? 0 : CodedOutputStream.computeUInt64Size(field, value);
  }

  static void writeUInt64(CodedOutputStream out, int field, long value) throws IOException {
    if (value != 0) {
      out.writeUInt64(field, value);
    }
  }

  static int sizeFixed64(long value) {
    return value == 0 ? 0 : 9;
  }

  static void writeFixed64(CodedOutputStream out, int field, long value) throws IOException {
    if (value != 0) {
      out.writeFixed64(field, value);
    }
  }

  static int sizeBytes(int field, Bytes value) {
    return value.isEmpty() ? 0 : sizeNested(field, value.length());
  }

  static void writeBytes(CodedOutputStream out, int field, Bytes value) throws IOException {
    if (!value.isEmpty()) {
      out.writeByteArray(field, value.shared());
    }
  }

  /** Returns the octets of a length-delimited field with {@code content} octets in it. */
  static int sizeNested(int field, int content) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(content)
        + content;
  }

  /** Writes tag and length of a length-delimited field; its content must follow. */
  static void writeNested(CodedOutputStream out, int field, int content) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(content);
  }

  /**
   * Returns {@code size}, or the largest int instead of an overflow: the caller's limit refuses it.
   */
  static int bounded(long size) {
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  /** Refuses one item more than the format's limit before anything is allocated for it. */
  static void checkRoom(int items) throws BadFrameException {
    if (items >= FrameLayout.MAX_ITEMS) {
      throw new BadFrameException("has more than " + FrameLayout.MAX_ITEMS + " items in a list");
    }
  }

  /**
   * Skips a field that this version does not know; groups, which nest, are not part of proto3 and
   * refused.
   */
  static void skip(CodedInputStream in, int tag) throws IOException, BadFrameException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP
        || WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_END_GROUP) {
      throw new BadFrameException("has a group, which this schema never uses");
    }
    in.skipField(tag);
  }
}
