package dev.vls.vmm.hart;

import dev.vls.vmm.memory.GuestMemory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The soft TLB: hits as the engines ask for them, filling, and dropping everything. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SoftTlbBenchmark {
  private static final long RAM_BYTES = 16L << 20;
  private static final int PAGES = 256;
  private static final int CONTEXT = 1;
  private static final long BASE = 0x8000_0000L;

  private SoftTlb tlb;

  /** Fills the entries that are asked for. */
  @Setup
  public void setup() {
    tlb = new SoftTlb(new GuestMemory(RAM_BYTES, PAGES));
    fill();
  }

  /** Asks for pages that are there. */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public long hit() {
    long sum = 0;
    for (int page = 0; page < PAGES; page++) {
      sum += tlb.loadIndex(BASE + ((long) page << GuestMemory.FRAME_SHIFT), CONTEXT);
    }
    return sum;
  }

  /** Installs the right to load and to store. */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public SoftTlb fill() {
    for (int page = 0; page < PAGES; page++) {
      long address = BASE + ((long) page << GuestMemory.FRAME_SHIFT);
      tlb.installLoad(address, CONTEXT, page);
      tlb.installStore(address, CONTEXT, page);
    }
    return tlb;
  }

  /** Forgets all, as an address space's change does. */
  @Benchmark
  public int drop() {
    tlb.dropTranslations();
    return tlb.epoch();
  }
}
