package dev.vls.replay.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.replay.demo.LedgerClient;
import dev.vls.replay.demo.LedgerModel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A client of the ledger that knows every byte that has to come, once and in order. */
public final class Transfers implements AutoCloseable {
  private static final int WINDOW = 4;

  final List<LedgerModel.Transfer> all = new ArrayList<>();
  private final Deque<String> expected = new ArrayDeque<>();
  private final LedgerModel model;
  private final LedgerClient client;
  private final String context;

  /** Connects; the transfers come from the seed. */
  public Transfers(List<InetSocketAddress> consoles, long seed) {
    model = new LedgerModel(seed);
    client = new LedgerClient(consoles);
    context = "seed " + seed;
    expected.add("LEDGER READY");
  }

  /** Makes transfers until there were {@code count} in all, a window ahead of their receipts. */
  public void drive(int count) throws Exception {
    while (all.size() < count) {
      while (expected.size() < WINDOW && all.size() < count) {
        ask();
      }
      take();
    }
    settle();
  }

  /** Sends one request and does not wait for its receipt. */
  void ask() throws Exception {
    LedgerModel.Transfer transfer = model.next();
    all.add(transfer);
    expected.add(transfer.receipt());
    client.send(transfer.request());
  }

  /** Takes all receipts that are due. */
  void settle() throws Exception {
    while (!expected.isEmpty()) {
      take();
    }
  }

  private void take() throws Exception {
    assertEquals(expected.remove(), client.next().text(), context);
  }

  /** Ends the guest. */
  public void quit() throws Exception {
    client.send("Q");
    assertEquals(model.farewell(), client.next().text(), context);
  }

  @Override
  public void close() {
    client.close();
  }
}
