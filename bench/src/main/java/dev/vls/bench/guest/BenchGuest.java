package dev.vls.bench.guest;

import java.util.List;

/**
 * A CPU-bound guest of {@code guests/bench}, at a size that keeps a fast engine busy for one to
 * four seconds.
 *
 * @param name its image without the ending
 * @param arguments its command line at full size
 * @param checksum what it prints then, which is what QEMU 7.2 prints too
 * @param tiny arguments with which it ends within a few million instructions
 */
public record BenchGuest(String name, String arguments, String checksum, String tiny) {
  /** All of them, in the order of the table. */
  public static final List<BenchGuest> ALL =
      List.of(
          new BenchGuest("chase", "n=15", "53d517e107e1280a", "n=1 size=64k"),
          new BenchGuest("core", "n=20000", "5201df40ead0a457", "n=5"),
          new BenchGuest("csrswap", "n=100000000", "1779503d67e8fd03", "n=2000"),
          new BenchGuest("fib", "n=16", "013808e9b62fd4b5", "n=1 size=12"),
          new BenchGuest("matmul-f64", "n=100", "aa15307ea75f7b2b", "n=1 size=16"),
          new BenchGuest("matmul-u64", "n=120", "59ae4a501f3ec039", "n=1 size=16"),
          new BenchGuest("memcpy", "n=2500", "358ba72107548ad1", "n=1 size=64k"),
          new BenchGuest("quicksort", "n=12", "f82b9a249505e7a7", "n=1 size=4k"),
          new BenchGuest("rdtime", "n=80000000", "dd21c0b370d86141", "n=2000"),
          new BenchGuest("sha256", "n=120", "db71d2e7b78a7b39", "n=1 size=16k"),
          new BenchGuest("sieve", "n=120", "6661b1c9b174e0df", "n=1 size=16k"),
          new BenchGuest("traps", "n=1500000", "1aae57c0cec5be74", "n=300"));

  /** The ones that stand for all when time is short. */
  public static final List<String> QUICK = List.of("core", "sieve");
}
