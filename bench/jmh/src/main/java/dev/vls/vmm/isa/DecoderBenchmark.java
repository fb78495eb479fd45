package dev.vls.vmm.isa;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decoding instructions, an equal mix of what compilers use most and of any words. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecoderBenchmark {
  private static final int WORDS = 1024;
  private static final int[] COMMON = {
    0x00a50533, // add
    0x00150513, // addi
    0x00053503, // ld
    0x00a53023, // sd
    0x00b50463, // beq
    0x008000ef, // jal
    0x02a50533, // mul
    0x02b57553 // fadd.d
  };
  private final int[] words = new int[WORDS];
  private final int[] halves = new int[WORDS];

  /** Makes the words. */
  @Setup
  public void setup() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < WORDS; i++) {
      words[i] = i % 2 == 0 ? COMMON[i / 2 % COMMON.length] : random.nextInt() | 3;
      halves[i] = random.nextInt(1 << 16) & ~3 | i % 3;
    }
  }

  /** Decodes words of 32 bits. */
  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long wide() {
    long sum = 0;
    for (int word : words) {
      sum += Decoder.decode(word);
    }
    return sum;
  }

  /** Decodes words of 16 bits. */
  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long compressed() {
    long sum = 0;
    for (int half : halves) {
      sum += CompressedDecoder.decode(half);
    }
    return sum;
  }
}
