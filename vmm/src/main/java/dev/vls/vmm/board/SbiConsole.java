package dev.vls.vmm.board;

import static dev.vls.vmm.board.SbiExtension.function;

import dev.vls.vmm.memory.GuestMemory;
import java.util.List;

/**
 * The SBI console: DBCN (SBI 2.0, chapter 12) and legacy putchar and getchar.
 *
 * <p>Buffers are guest-physical; every frame of one must exist. A call moves at most {@link
 * #MAX_BYTES} and says how many, as the specification allows, so that no guest can hold the
 * machine.
 */
final class SbiConsole {
  /** Most bytes one call moves. */
  static final int MAX_BYTES = 64 << 10;

  private static final int FRAME_MASK = GuestMemory.FRAME_BYTES - 1;

  private final GuestMemory memory;
  private final ConsoleInput input;
  private final ConsoleOutput output;
  private final byte[] buffer = new byte[GuestMemory.FRAME_BYTES];

  SbiConsole(GuestMemory memory, ConsoleInput input, ConsoleOutput output) {
    this.memory = memory;
    this.input = input;
    this.output = output;
  }

  List<SbiExtension> extensions() {
    return List.of(
        SbiExtension.legacy(SbiLayout.LEGACY_PUTCHAR, "console_putchar", this::writeByte),
        SbiExtension.legacy(SbiLayout.LEGACY_GETCHAR, "console_getchar", call -> input.take()),
        SbiExtension.standard(
            SbiLayout.DBCN,
            function("console_write", this::write),
            function("console_read", this::read),
            function("console_write_byte", this::writeByte)));
  }

  private long writeByte(SbiCall call) {
    buffer[0] = (byte) call.argument(0);
    output.put(buffer, 0, 1);
    return SbiLayout.SUCCESS;
  }

  private long write(SbiCall call) {
    int length = length(call);
    if (length < 0) {
      return SbiLayout.ERR_INVALID_PARAM;
    }
    long address = call.argument(1);
    for (int done = 0; done < length; ) {
      int part = part(address + done, length - done);
      memory.read(frame(address + done), offset(address + done), buffer, 0, part);
      output.put(buffer, 0, part);
      done += part;
    }
    return call.answer(length);
  }

  private long read(SbiCall call) {
    int length = length(call);
    if (length < 0) {
      return SbiLayout.ERR_INVALID_PARAM;
    }
    long address = call.argument(1);
    int wanted = Math.min(length, input.available());
    for (int done = 0; done < wanted; ) {
      int part = input.take(buffer, 0, part(address + done, wanted - done));
      memory.write(frame(address + done), offset(address + done), buffer, 0, part);
      done += part;
    }
    return call.answer(wanted);
  }

  /** Returns how many bytes of the caller's buffer to move, or -1 if the buffer is not memory. */
  private int length(SbiCall call) {
    long wanted = call.argument(0);
    long address = call.argument(1);
    if (call.argument(2) != 0 || address < 0) {
      return -1;
    }
    int length = Long.compareUnsigned(wanted, MAX_BYTES) > 0 ? MAX_BYTES : (int) wanted;
    for (int at = 0; at < length; at += part(address + at, length - at)) {
      if (frame(address + at) == GuestMemory.NO_FRAME) {
        return -1;
      }
    }
    return length;
  }

  private int frame(long address) {
    return memory.frameOf(address >>> GuestMemory.FRAME_SHIFT);
  }

  private static int offset(long address) {
    return (int) address & FRAME_MASK;
  }

  /** Returns how many of {@code left} bytes at {@code address} lie in its frame. */
  private static int part(long address, int left) {
    return Math.min(left, GuestMemory.FRAME_BYTES - offset(address));
  }
}
