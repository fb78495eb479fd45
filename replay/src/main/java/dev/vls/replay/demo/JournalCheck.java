package dev.vls.replay.demo;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** Compares the ledger's journal on the disk with what the model says (guests/README.md). */
public final class JournalCheck {
  private static final int SECTOR_BYTES = 512;
  private static final long MAGIC = 0x5247_4445_4c53_4c56L;

  private JournalCheck() {}

  /** Returns what is wrong, empty if nothing is. */
  public static List<String> differences(Path disk, List<LedgerModel.Transfer> transfers)
      throws HostException {
    try (FileChannel file = FileChannel.open(disk)) {
      for (LedgerModel.Transfer transfer : transfers) {
        ByteBuffer found = ByteBuffer.allocate(SECTOR_BYTES);
        file.read(found, transfer.number() * SECTOR_BYTES);
        if (!found.flip().equals(record(transfer))) {
          return List.of(
              "journal sector "
                  + transfer.number()
                  + " does not hold transfer "
                  + transfer.number());
        }
      }
      return List.of();
    } catch (IOException e) {
      throw new HostException(
          "the demo's disk '" + disk + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer record(LedgerModel.Transfer transfer) {
    return ByteBuffer.allocate(SECTOR_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(MAGIC)
        .putLong(transfer.number())
        .putLong(transfer.from())
        .putLong(transfer.to())
        .putLong(transfer.amount())
        .putLong(transfer.fromBalance())
        .putLong(transfer.toBalance())
        .putLong(transfer.hash())
        .putLong(transfer.accepted() ? 1 : 0)
        .rewind();
  }
}
