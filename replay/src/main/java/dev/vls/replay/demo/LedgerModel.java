package dev.vls.replay.demo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What the ledger guest has to answer (guests/README.md): a second, independent implementation of
 * its rules.
 *
 * <p>Not thread-safe.
 */
public final class LedgerModel {
  private static final int ACCOUNTS = 64;
  private static final long START_BALANCE = 1_000_000;
  private static final long MOST = 100_000;
  private static final long FNV_BASIS = 0xcbf2_9ce4_8422_2325L;
  private static final long FNV_PRIME = 0x100_0000_01b3L;

  private final SplittableRandom random;
  private final long[] balances = new long[ACCOUNTS];
  private long count;
  private long hash;

  /**
   * A transfer and its receipt.
   *
   * @param request line to send, without its end
   * @param receipt line that must come back
   * @param accepted whether the balance allowed it
   */
  public record Transfer(
      long number,
      int from,
      int to,
      long amount,
      long fromBalance,
      long toBalance,
      boolean accepted,
      long hash,
      String request,
      String receipt) {}

  /** Creates the model of a ledger that nobody has used yet; transfers come from the seed. */
  public LedgerModel(long seed) {
    random = new SplittableRandom(seed);
    Arrays.fill(balances, START_BALANCE);
  }

  /** Makes up the next transfer and works out its receipt. */
  public Transfer next() {
    int from = random.nextInt(ACCOUNTS);
    int to = random.nextInt(ACCOUNTS);
    long amount = random.nextLong(1, MOST);
    boolean accepted = balances[from] >= amount;
    if (accepted) {
      balances[from] -= amount;
      balances[to] += amount;
    }
    count++;
    String text =
        "%c %d %d %d ".formatted(accepted ? 'R' : 'N', count, balances[from], balances[to]);
    hash = chain(hash, text);
    return new Transfer(
        count,
        from,
        to,
        amount,
        balances[from],
        balances[to],
        accepted,
        hash,
        "T %d %d %d %d".formatted(count, from, to, amount),
        text + hex(hash));
  }

  /** Returns the answer to {@code Q} after the transfers so far. */
  public String farewell() {
    return "Q %d %s".formatted(count, hex(hash));
  }

  private static long chain(long previous, String text) {
    long value = FNV_BASIS;
    for (int i = 0; i < Long.BYTES; i++) {
      value = (value ^ ((previous >>> (8 * i)) & 0xff)) * FNV_PRIME;
    }
    for (byte octet : text.getBytes(StandardCharsets.US_ASCII)) {
      value = (value ^ (octet & 0xff)) * FNV_PRIME;
    }
    return value;
  }

  private static String hex(long value) {
    return "%016x".formatted(value);
  }
}
