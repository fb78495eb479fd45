package dev.vls.drivers.console;

import dev.vls.sma.OutputMessage;
import dev.vls.vmm.StateSink;

/**
 * What the console's port tells its back-end. Offsets count bytes of a stream from the start of the
 * run.
 */
public sealed interface ConsoleMessage extends OutputMessage {

  /**
   * Bytes that the guest has written.
   *
   * @param from offset of the first in the output stream
   * @param bytes the bytes: not to be modified
   */
  record ConsoleBytes(long from, byte[] bytes) implements ConsoleMessage {
    @Override
    public Effect effect() {
      return Effect.EXTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      sink.word(from);
      sink.block(bytes);
    }

    @Override
    public long weight() {
      return bytes.length;
    }
  }

  /**
   * How much input the console can take: bytes {@code produced} to {@code consumed + 2048} of the
   * input stream.
   *
   * @param frame device page that input is stored to, see {@link
   *     dev.vls.vmm.board.ConsoleInputLayout}
   * @param produced offset behind the last byte that was committed
   * @param consumed offset behind the last byte that was taken from the page
   */
  record InputRoom(int frame, long produced, long consumed) implements ConsoleMessage {
    @Override
    public Effect effect() {
      return Effect.INTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      sink.word(produced);
      sink.word(consumed);
    }
  }

  /**
   * Input is committed: once this leaves the gate, no failure loses it.
   *
   * @param total offset behind the last byte of the input stream that is safe
   */
  record InputAccepted(long total) implements ConsoleMessage {
    @Override
    public Effect effect() {
      return Effect.EXTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      sink.word(total);
    }
  }
}
