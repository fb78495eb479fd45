package dev.vls.drivers.ring;

import dev.vls.sma.CaptureMode;
import dev.vls.sma.Channel;
import dev.vls.sma.Program;
import dev.vls.sma.Target;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Arrays;
import java.util.List;

/**
 * A stretch of one guest page that a request wants data in. Immutable; any thread.
 *
 * @param page the page, to be stored to until the request is completed
 * @param offset first byte
 * @param length how many
 */
public record Stretch(Target page, int offset, int length) {
  private static final int FRAME_BYTES = GuestMemory.FRAME_BYTES;

  /** A request of 8 MiB may lie in as many pages, and one at each end. */
  private static final int MOST_SAVED = 1 << 16;

  /** Returns how many bytes fit. */
  public static int capacity(List<Stretch> stretches) {
    int bytes = 0;
    for (Stretch stretch : stretches) {
      bytes += stretch.length();
    }
    return bytes;
  }

  /**
   * Adds to a program that {@code data} is stored into the stretches, one after the other, as the
   * channel's mode has it: in sampled mode the bytes are written now, by this thread.
   *
   * @param data at most {@link #capacity} bytes
   * @return the program
   */
  public static Program fill(Program program, Channel to, List<Stretch> stretches, byte[] data) {
    int at = 0;
    for (Stretch stretch : stretches) {
      int part = Math.min(stretch.length, data.length - at);
      if (part == 0) {
        break;
      }
      program.target(stretch.page);
      if (to.mode() == CaptureMode.SAMPLED) {
        to.writeDirect(stretch.page, stretch.offset, data, at, part);
        program.sample(stretch.offset, part);
      } else {
        program.store(stretch.offset, Arrays.copyOfRange(data, at, at + part));
      }
      at += part;
    }
    if (at < data.length) {
      throw new IllegalArgumentException(data.length + " bytes for room of " + at);
    }
    return program;
  }

  /**
   * Passes stretches as state.
   *
   * @param stretches none if they are to come back
   */
  public static List<Stretch> exchange(StateExchange exchange, List<Stretch> stretches) {
    return exchange.list(stretches, MOST_SAVED, stretch -> exchange(exchange, stretch));
  }

  private static Stretch exchange(StateExchange exchange, Stretch stretch) {
    Target page = Target.exchange(exchange, stretch == null ? null : stretch.page());
    int offset = exchange.number(stretch == null ? 0 : stretch.offset(), 0, FRAME_BYTES);
    int most = FRAME_BYTES - offset;
    return new Stretch(
        page, offset, exchange.number(stretch == null ? 0 : stretch.length(), 0, most));
  }

  /** Writes what the stretch says; for the digests of messages. */
  public void digest(StateSink sink) {
    page.digest(sink);
    sink.word(offset);
    sink.word(length);
  }
}
