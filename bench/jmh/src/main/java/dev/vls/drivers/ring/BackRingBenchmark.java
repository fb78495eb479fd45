package dev.vls.drivers.ring;

import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The back half of a block ring: a batch of requests taken, answered and published. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BackRingBenchmark {
  private static final int BATCH = 16;
  private static final int ENTRY_BYTES = 112;
  private static final int FRAME = 1;

  private final GuestMemory memory = new GuestMemory(8L << 20, 16);
  private final BackRing ring = new BackRing(memory, FRAME, ENTRY_BYTES);
  private final byte[] response = new byte[ENTRY_BYTES];
  private int produced;

  /** One request of a batch of {@value #BATCH}. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int requests() {
    produced += BATCH;
    memory.put32(FRAME, RingLayout.REQ_PROD_OFFSET, produced);
    int taken = 0;
    for (ByteBuffer request = ring.take(); request != null; request = ring.take()) {
      taken += request.get(0) + 1;
      ring.put(response);
    }
    return ring.publish() ? taken : -taken;
  }
}
