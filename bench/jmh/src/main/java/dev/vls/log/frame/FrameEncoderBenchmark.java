package dev.vls.log.frame;

import dev.vls.log.BrkFrame;
import dev.vls.log.BrkFrame.InstantKind;
import dev.vls.log.Bytes;
import dev.vls.log.Event;
import dev.vls.log.FrameUpdate;
import dev.vls.log.LogPosition;
import dev.vls.log.SmaFrame;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Frames of the log: a re-base of time, a page from a device, and the checksum alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameEncoderBenchmark {
  private static final int PAGE_BYTES = 4096;
  private static final int TIME_BYTES = 24;

  private final FrameEncoder encoder = new FrameEncoder(1);
  private final byte[] page = new byte[PAGE_BYTES];
  private final Event rebase =
      new Event(
          List.of(),
          new BrkFrame(
              new LogPosition(1_234_567_890, 1234),
              InstantKind.INTR,
              0,
              0x8020_1234L,
              List.of(new FrameUpdate(70_000, 0, Bytes.wrap(new byte[TIME_BYTES]))),
              List.of()));
  private final Event block =
      new Event(
          List.of(
              new SmaFrame(
                  3,
                  List.of(new SmaFrame.IoVector(1234, 0, new SmaFrame.Inline(Bytes.wrap(page)))))),
          new BrkFrame(
              new LogPosition(1_234_567_890, 1234),
              InstantKind.INTR,
              0,
              0x8020_1234L,
              List.of(),
              List.of(5)));

  /** An event of a CPU-bound guest. */
  @Benchmark
  public int rebase() {
    return encoded(rebase);
  }

  /** An event with a page of a disk. */
  @Benchmark
  public int block() {
    return encoded(block);
  }

  /** The checksum of a page, which every frame has. */
  @Benchmark
  public long crcOfAPage() {
    CRC32C crc = new CRC32C();
    crc.update(page);
    return crc.getValue();
  }

  private int encoded(Event event) {
    encoder.clear();
    encoder.event(17, event);
    return encoder.length();
  }
}
