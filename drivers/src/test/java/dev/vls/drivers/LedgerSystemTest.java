package dev.vls.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.BlockPort;
import dev.vls.drivers.block.MemoryImage;
import dev.vls.sma.CaptureMode;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The ledger's receipts and journal, computed a second time from guests/README.md. Requests are
 * sent all at once, good ones between malformed ones.
 */
class LedgerSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20260701L);
  private static final int TRANSFERS = 3000;
  private static final int SECTORS = 4096;
  private static final int SECTOR_BYTES = 512;
  private static final long MAGIC = 0x524744454c534c56L;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final long[] balances = new long[64];
  private final StringBuilder requests = new StringBuilder();
  private final List<String> answers = new ArrayList<>();
  private final ByteBuffer journal =
      ByteBuffer.allocate(SECTORS * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long hash;

  @Test
  void shouldJournalAndAnswerEveryTransfer() throws Exception {
    Arrays.fill(balances, 1_000_000);
    answers.add("LEDGER READY");
    for (int number = 1; number <= TRANSFERS; number++) {
      if (random.nextInt(16) == 0) {
        nonsense(number);
      }
      transfer(number, random.nextInt(64), random.nextInt(64), random.nextInt(700_000));
    }
    requests.append("Q\n");
    answers.add("Q %d %016x".formatted(TRANSFERS, hash));

    GuestRun guest = new GuestRun("ledger", "", CaptureMode.STRICT);
    MemoryImage image = new MemoryImage(SECTORS);
    BlockConfig config = new BlockConfig(0, SECTORS, BlockConfig.Writing.ALLOWED);
    guest.domain.plug("disk0", new BlockPort(guest.store, config));
    try (BlockBackend disk = new BlockBackend("ledger", image, trouble -> fail(trouble))) {
      guest.domain.attach("disk0", disk);
      byte[] input = requests.toString().getBytes(StandardCharsets.US_ASCII);
      GuestOutput output = GuestOutput.of(guest, new ByteArrayInputStream(input));
      assertNull(firstDifference(output.lines()), "seed " + SEED);
    }
    byte[] written = new byte[SECTORS * SECTOR_BYTES];
    image.read(0, written, 0, written.length);
    assertEquals(
        -1, Arrays.mismatch(journal.array(), written), "octet of the journal, seed " + SEED);
  }

  private void nonsense(int number) {
    String[][] lines = {
      {"T " + (number + 1) + " 0 1 1", "sequence"},
      {"T " + number + " 64 1 1", "account"},
      {"T " + number + " 0 1 -1", "malformed"},
      {"T " + number + "  0 1 1", "malformed"},
      {"T " + number + " 0 1 1000000000000000000000", "malformed"},
      {"", "malformed"},
      {"x".repeat(random.nextInt(3000)), "malformed"},
    };
    String[] line = lines[random.nextInt(lines.length)];
    requests.append(line[0]).append('\n');
    answers.add("E " + line[1]);
  }

  private void transfer(int number, int from, int to, long amount) {
    requests.append("T %d %d %d %d%n".formatted(number, from, to, amount));
    boolean accepted = amount <= balances[from];
    if (accepted) {
      balances[from] -= amount;
      balances[to] += amount;
    }
    String text =
        "%s %d %d %d ".formatted(accepted ? "R" : "N", number, balances[from], balances[to]);
    ByteBuffer hashed = ByteBuffer.allocate(8 + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    hash = fnv(hashed.putLong(hash).put(text.getBytes(StandardCharsets.US_ASCII)).array());
    answers.add(text + "%016x".formatted(hash));
    journal.position(number * SECTOR_BYTES);
    journal.putLong(MAGIC).putLong(number).putLong(from).putLong(to).putLong(amount);
    journal.putLong(balances[from]).putLong(balances[to]).putLong(hash);
    journal.putLong(accepted ? 1 : 0);
  }

  private static long fnv(byte[] bytes) {
    long value = 0xcbf29ce484222325L;
    for (byte octet : bytes) {
      value = (value ^ octet & 0xff) * 0x100000001b3L;
    }
    return value;
  }

  /** Returns the first pair of lines that differ, or null. */
  private String firstDifference(List<String> lines) {
    for (int i = 0; i < Math.max(lines.size(), answers.size()); i++) {
      String actual = i < lines.size() ? lines.get(i) : "nothing";
      String expected = i < answers.size() ? answers.get(i) : "nothing";
      if (!actual.equals(expected)) {
        return "line " + i + ": expected \"" + expected + "\", was \"" + actual + "\"";
      }
    }
    return null;
  }
}
