package dev.vls.vmm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * State as bytes: words of eight, little-endian, and bytes as they are, behind a version.
 *
 * <p>Immutable. Versions are those of this class: another one is refused when it is read.
 */
public final class SavedState {
  /** What this program writes and reads. */
  public static final int VERSION = 1;

  private final byte[] bytes;

  private SavedState(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the state of {@code component}. */
  public static SavedState of(StateSink.Stateful component) {
    Writer writer = new Writer();
    writer.word(VERSION);
    component.save(writer);
    return new SavedState(writer.out.toByteArray());
  }

  /**
   * Takes what {@link #bytes} has returned, or anything else: {@link #restore} looks at it.
   *
   * @param bytes not copied; the caller must not change them again
   */
  public static SavedState wrap(byte[] bytes) {
    return new SavedState(bytes);
  }

  /** Returns the state as bytes, not a copy: the caller must not change them. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Puts the state into {@code component}.
   *
   * @throws StateException if it is of another version or kind, or damaged; then the component is
   *     of no use any more
   */
  public void restore(StateExchange.Restorable component) {
    Reader reader = new Reader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    long version = reader.word();
    if (version != VERSION) {
      throw new StateException(
          "the saved state is of version %d, this program reads version %d"
              .formatted(version, VERSION));
    }
    component.exchange(StateExchange.restoring(reader));
    if (reader.from.hasRemaining()) {
      throw new StateException(
          "the saved state has %d bytes too many".formatted(reader.from.remaining()));
    }
  }

  private static final class Writer implements StateSink {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public void word(long value) {
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        out.write((int) (value >>> shift));
      }
    }

    @Override
    public void bytes(byte[] source, int offset, int length) {
      out.write(source, offset, length);
    }
  }

  private record Reader(ByteBuffer from) implements StateSource {
    @Override
    public long word() {
      need(Long.BYTES);
      return from.getLong();
    }

    @Override
    public void bytes(byte[] target, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, target.length);
      need(length);
      from.get(target, offset, length);
    }

    private void need(int length) {
      if (from.remaining() < length) {
        throw new StateException("the saved state ends in the middle");
      }
    }
  }
}
