package dev.vls.bench.guest;

import java.util.List;

/**
 * A CPU-bound guest of {@code guests/bench}, at a size that keeps a fast engine busy for one to ten
 * seconds.
 *
 * @param name what it is called in tables
 * @param image its image without the ending
 * @param arguments its command line at full size
 * @param checksum what it prints then, which is what QEMU 7.2 prints too
 * @param tiny arguments with which it ends within a few million instructions
 */
public record BenchGuest(
    String name, String image, String arguments, String checksum, String tiny) {
  /** A guest with an image of its own. */
  public BenchGuest(String name, String arguments, String checksum, String tiny) {
    this(name, name, arguments, checksum, tiny);
  }

  /** All of them, in the order of the table. */
  public static final List<BenchGuest> ALL =
      List.of(
          new BenchGuest("chase", "n=15", "53d517e107e1280a", "n=1 size=64k"),
          new BenchGuest("core", "n=20000", "5201df40ead0a457", "n=5"),
          new BenchGuest("csrswap", "n=100000000", "1779503d67e8fd03", "n=2000"),
          new BenchGuest("fib", "n=16", "013808e9b62fd4b5", "n=1 size=12"),
          new BenchGuest("matmul-f64", "n=100", "aa15307ea75f7b2b", "n=1 size=16"),
          new BenchGuest("matmul-u64", "n=360", "6a2e83b32b63ac52", "n=1 size=16"),
          new BenchGuest("memcpy", "n=7500", "0a611958d0687cd6", "n=1 size=64k"),
          new BenchGuest("pgfault", "n=3000", "eeb5233f40f70527", "n=2 size=16"),
          new BenchGuest("quicksort", "n=12", "f82b9a249505e7a7", "n=1 size=4k"),
          new BenchGuest("rdtime", "n=80000000", "dd21c0b370d86141", "n=2000"),
          new BenchGuest("sha256", "n=480", "bb2a77077628a06d", "n=1 size=16k"),
          new BenchGuest("sieve", "n=120", "6661b1c9b174e0df", "n=1 size=16k"),
          new BenchGuest("traps", "n=1500000", "1aae57c0cec5be74", "n=300"));

  /** The ones that stand for all when time is short. */
  public static final List<String> QUICK = List.of("core", "matmul-f64");

  /** One operation each, the first being none; the price of an operation is what it takes more. */
  public static final List<BenchGuest> OPERATIONS =
      List.of(
          operation("loop", 400_000_000, "7ec734970d90647f"),
          operation("call", 200_000_000, "9990bebcfdefca2d"),
          operation("csr", 200_000_000, "f2f382df606332f3"),
          operation("mmio", 4_000_000, "7b9e5505f0d3ec27"),
          operation("ecall", 4_000_000, "52bc91b3298af047"),
          operation("hypercall", 4_000_000, "52bc91b3298af047"),
          operation("trap", 2_000_000, "83514c54f2e91b25"),
          operation("illegal", 500_000, "f19dbe3c639a3e05"),
          operation("pgfault", 2_000_000, "83514c54f2e91b25"),
          operation("ptemod", 1_000_000, "3bfa3e55fe264fff"));

  private static final String OPERATION = "op=";

  private static BenchGuest operation(String name, int times, String checksum) {
    return new BenchGuest(
        name, "nano", OPERATION + name + " n=" + times, checksum, OPERATION + name + " n=500");
  }

  /** Returns whether it needs nothing that only this machine has. */
  public boolean portable() {
    return !arguments.startsWith(OPERATION + "hypercall");
  }

  /** Returns whether it can do its work with paging on: no page tables of its own, no U-mode. */
  public boolean pageable() {
    return !List.of("nano", "pgfault", "traps").contains(image);
  }

  /** Returns its command line for a fraction of the work; the checksum is not that of the table. */
  public String fraction(int divisor) {
    return arguments.replaceFirst("\\bn=\\d+", "n=" + (long) (times() / divisor));
  }

  /** Returns how often it does what it does, at full size. */
  public double times() {
    return Double.parseDouble(arguments.replaceFirst(".*\\bn=(\\d+).*", "$1"));
  }
}
