package dev.vls.log.store;

import dev.vls.log.BrkFrame;
import dev.vls.log.BrkFrame.StateDigest;
import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.FrameUpdate;
import dev.vls.log.LogException;
import dev.vls.log.SmaFrame;
import dev.vls.log.SmaFrame.Inline;
import dev.vls.log.SmaFrame.IoVector;
import dev.vls.log.SmaFrame.Reference;
import java.io.IOException;
import java.util.Optional;

/** Events as text, one line or one JSON object each; {@code vls log dump} prints it. */
public final class LogDump {
  /** How it looks. */
  public enum Format {
    /** For a person: long data is shortened. */
    TEXT,
    /**
     * For a program: one JSON object per line, data complete, 64-bit addresses and digests as
     * hexadecimal strings.
     */
    JSON
  }

  private LogDump() {}

  /**
   * Writes all events that {@code reader} still returns, then the end of the run if the log has
   * one.
   *
   * @throws LogException as {@link LogReader#next}
   * @throws IOException if {@code out} fails
   */
  public static void write(LogReader reader, Format format, Appendable out) throws IOException {
    long sequence = reader.sequence();
    for (Optional<Event> e = reader.next(); e.isPresent(); e = reader.next()) {
      out.append(line(sequence++, e.get(), format)).append('\n');
    }
    if (reader.end().isPresent()) {
      out.append(line(reader.end().get(), format)).append('\n');
    }
  }

  /** Returns one event without a line end. */
  public static String line(long sequence, Event event, Format format) {
    return format == Format.JSON ? json(sequence, event) : text(sequence, event);
  }

  /** Returns the end of a run without a line end. */
  public static String line(EndFrame end, Format format) {
    if (format == Format.TEXT) {
      return String.format(
          "END %s %s exit code %s, output %d bytes, registers %s, RAM %s, output %s",
          end.position(),
          end.reason(),
          Integer.toUnsignedString(end.exitCode()),
          end.outputBytes(),
          end.digests().registers(),
          end.digests().ram(),
          end.digests().output());
    }
    return new JsonLine()
        .text("end", end.reason().name())
        .number("instret", end.position().instret())
        .number("traps", end.position().traps())
        .number("exitCode", Integer.toUnsignedLong(end.exitCode()))
        .number("outputBytes", end.outputBytes())
        .text("registersSha256", end.digests().registers().hex())
        .text("ramSha256", end.digests().ram().hex())
        .text("outputSha256", end.digests().output().hex())
        .finish();
  }

  private static String text(long sequence, Event event) {
    BrkFrame brk = event.brk();
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            "%d %s %s hart %s pc %#x",
            sequence, brk.position(), brk.kind(), Integer.toUnsignedString(brk.hart()), brk.pc()));
    for (SmaFrame sma : event.sma()) {
      out.append(" sma[").append(Integer.toUnsignedString(sma.channel())).append(']');
      sma.vectors().forEach(vector -> out.append(' ').append(text(vector)));
    }
    brk.updates().forEach(u -> out.append(" set ").append(text(u)));
    if (!brk.ports().isEmpty()) {
      out.append(" ports ").append(brk.ports());
    }
    if (!brk.results().isEmpty()) {
      out.append(" results ").append(brk.results());
    }
    brk.digest().ifPresent(d -> out.append(" digest ").append(text(d)));
    if (!brk.mark().isEmpty()) {
      out.append(" mark ").append(JsonLine.quote(brk.mark()));
    }
    if (!brk.remark().isEmpty()) {
      out.append(" remark ").append(JsonLine.quote(brk.remark()));
    }
    return out.toString();
  }

  private static String text(IoVector vector) {
    String at = vector.frame() + ":" + vector.offset() + "=";
    return at
        + switch (vector.content()) {
          case Inline inline -> inline.bytes();
          case Reference r ->
              "source "
                  + Integer.toUnsignedString(r.source())
                  + " at "
                  + r.sourceOffset()
                  + " ("
                  + r.length()
                  + " bytes)";
        };
  }

  private static String text(FrameUpdate update) {
    return update.frame() + ":" + update.offset() + "=" + update.bytes();
  }

  private static String text(StateDigest digest) {
    return String.format(
        "registers %016x memory %016x devices %016x output %016x after %d bytes",
        digest.registers(),
        digest.memory(),
        digest.devices(),
        digest.output(),
        digest.outputBytes());
  }

  private static String json(long sequence, Event event) {
    BrkFrame brk = event.brk();
    JsonLine out =
        new JsonLine()
            .number("sequence", sequence)
            .number("instret", brk.position().instret())
            .number("traps", brk.position().traps())
            .text("kind", brk.kind().name())
            .number("hart", Integer.toUnsignedLong(brk.hart()))
            .text("pc", "0x" + Long.toHexString(brk.pc()))
            .list("sma", event.sma(), LogDump::json)
            .list("updates", brk.updates(), LogDump::json)
            .list("ports", brk.ports(), Integer::toUnsignedString)
            .text("results", brk.results().hex());
    if (brk.digest().isPresent()) {
      out.raw("digest", json(brk.digest().get()));
    }
    out.text("mark", brk.mark());
    if (!brk.remark().isEmpty()) {
      out.text("remark", brk.remark());
    }
    return out.finish();
  }

  private static String json(SmaFrame sma) {
    return new JsonLine()
        .number("channel", Integer.toUnsignedLong(sma.channel()))
        .list("vectors", sma.vectors(), LogDump::json)
        .finish();
  }

  private static String json(IoVector vector) {
    JsonLine out = new JsonLine().number("frame", vector.frame()).number("offset", vector.offset());
    switch (vector.content()) {
      case Inline inline -> out.text("bytes", inline.bytes().hex());
      case Reference r ->
          out.number("source", Integer.toUnsignedLong(r.source()))
              .number("sourceOffset", r.sourceOffset())
              .number("length", r.length())
              .text("sha256", r.sha256().hex());
    }
    return out.finish();
  }

  private static String json(FrameUpdate update) {
    return new JsonLine()
        .number("frame", update.frame())
        .number("offset", update.offset())
        .text("bytes", update.bytes().hex())
        .finish();
  }

  private static String json(StateDigest digest) {
    return new JsonLine()
        .text("registers", String.format("%016x", digest.registers()))
        .text("memory", String.format("%016x", digest.memory()))
        .text("devices", String.format("%016x", digest.devices()))
        .text("output", String.format("%016x", digest.output()))
        .number("outputBytes", digest.outputBytes())
        .finish();
  }
}
