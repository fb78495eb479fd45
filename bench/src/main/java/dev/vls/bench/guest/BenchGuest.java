package dev.vls.bench.guest;

import java.util.List;

/**
 * A CPU-bound guest of {@code guests/bench}, with the checksum that guests/README.md lists.
 *
 * @param name its image without the ending
 * @param checksum what it prints at its default arguments
 * @param tiny arguments with which it ends within a few million instructions
 */
public record BenchGuest(String name, String checksum, String tiny) {
  /** All of them, in the order of the table. */
  public static final List<BenchGuest> ALL =
      List.of(
          new BenchGuest("chase", "6ad6c215ee56edcc", "n=1 size=64k"),
          new BenchGuest("core", "c1b606b5d0b9b670", "n=5"),
          new BenchGuest("csrswap", "4ebe3be2fcb00f5b", "n=2000"),
          new BenchGuest("fib", "e6de4db381db6b54", "n=1 size=12"),
          new BenchGuest("matmul-f64", "343f0f39d2a9ee9b", "n=1 size=16"),
          new BenchGuest("matmul-u64", "15697d989f2c5e44", "n=1 size=16"),
          new BenchGuest("memcpy", "98a4317dfc17a856", "n=1 size=64k"),
          new BenchGuest("quicksort", "5533b64ffb96927a", "n=1 size=4k"),
          new BenchGuest("rdtime", "385b7070d72ceeac", "n=2000"),
          new BenchGuest("sha256", "b0e6549e1eee4d4a", "n=1 size=16k"),
          new BenchGuest("sieve", "fb89d49f054b876b", "n=1 size=16k"),
          new BenchGuest("traps", "fdb46f0fb91661fc", "n=300"));

  /** The ones that stand for all when time is short. */
  public static final List<String> QUICK = List.of("core", "sieve");
}
