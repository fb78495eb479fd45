package dev.vls.drivers.store;

import static dev.vls.drivers.store.StoreMessageLayout.*;
import static dev.vls.drivers.store.StoreRingLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoreRingTest {
  private final StoreGuest guest = new StoreGuest();

  private int word(int offset) {
    return guest.memory.i32(guest.frame, offset);
  }

  @Test
  void shouldAnswerInsideTheNotificationAndSignalIt() {
    assertEquals(7, word(SERVER_FEATURES_OFFSET));
    guest.put(message(XS_READ, 16 + 6, "domid\0"), 0, 22);
    int before = guest.signals;
    guest.ring.pump();
    assertEquals(before + 1, guest.signals);
    assertEquals(17, word(RSP_PROD_OFFSET));
    guest.ring.pump();
    assertEquals(before + 1, guest.signals, "nothing moved, nothing to signal");
  }

  private static byte[] message(int type, int bytes, String payload) {
    byte[] message = new byte[bytes];
    message[0] = (byte) type;
    message[12] = (byte) payload.length();
    System.arraycopy(StoreText.bytes(payload), 0, message, 16, payload.length());
    return message;
  }

  @Test
  void shouldTakeRequestsByteByByteAcrossTheRingsEnd() {
    for (int i = 0; i < 200; i++) {
      for (byte octet : message(XS_READ, 22, "domid\0")) {
        assertEquals(1, guest.put(new byte[] {octet}, 0, 1));
        guest.ring.pump();
      }
      assertEquals("1", guest.receive().text());
    }
  }

  @Test
  void shouldReadNoFurtherRequestWhileAnswersWaitForRoom() {
    byte[] ask = message(XS_READ, 22, "domid\0");
    int asked = 0;
    for (int i = 0; i < 1000; i++) {
      int sent = 0;
      while (sent < ask.length) {
        int count = guest.put(ask, sent, ask.length - sent);
        sent += count;
        guest.ring.pump();
        if (count == 0) {
          break;
        }
      }
      if (sent < ask.length) {
        break;
      }
      asked++;
    }
    // 60 answers in the ring, 20 waiting, 46 requests in the ring.
    assertTrue(asked > 100 && asked < 150, asked + " requests accepted");
    int answers = 0;
    while (guest.receive() != null) {
      answers++;
    }
    assertEquals(asked, answers);
    assertEquals(0, word(ERROR_OFFSET));
  }

  @Test
  void shouldMergeEqualEventsThatWait() {
    guest.text(XS_WATCH, 0, "data", "t");
    guest.takeEvents();
    StoreAccess host = new StoreAccess(guest.tree);
    for (int i = 0; i < 10_000; i++) {
      host.write("/local/domain/1/data/x", "" + i);
    }
    List<String> events = guest.takeEvents();
    assertTrue(!events.isEmpty() && events.size() < 100, events.size() + " events");
    assertEquals(0, word(ERROR_OFFSET));
  }

  @Test
  void shouldBreakTheConnectionWhenEventsPileUpAndLetTheGuestReconnect() {
    for (int i = 0; i < 128; i++) {
      guest.text(XS_WATCH, 0, "/local/domain/1", i + "x".repeat(900));
    }
    guest.takeEvents();
    StoreAccess host = new StoreAccess(guest.tree);
    for (int i = 0; i < 10; i++) {
      host.write("/local/domain/1/data/x" + i, "");
    }
    assertEquals(ERROR_COMM, word(ERROR_OFFSET));
    reconnect();
    assertEquals("1", guest.read("domid"));
    assertEquals(List.of(), guest.takeEvents(), "watches are gone");
  }

  private void reconnect() {
    guest.memory.put32(guest.frame, CONNECTION_OFFSET, RECONNECT);
    guest.ring.pump();
    assertEquals(CONNECTED, word(CONNECTION_OFFSET));
    assertEquals(ERROR_NONE, word(ERROR_OFFSET));
  }

  @Test
  void shouldSayWhatIsWrongAndStopUntilReconnectedWhenIndicesOrLengthsAreHostile() {
    int tx = guest.start();
    guest.memory.put32(guest.frame, REQ_PROD_OFFSET, word(REQ_CONS_OFFSET) + 1025);
    guest.ring.pump();
    assertEquals(ERROR_RINGIDX, word(ERROR_OFFSET));
    guest.memory.put32(guest.frame, REQ_PROD_OFFSET, word(REQ_CONS_OFFSET));
    guest.put(message(XS_READ, 22, "domid\0"), 0, 22);
    int signals = guest.signals;
    guest.ring.pump();
    assertEquals(signals, guest.signals, "ignored while broken");
    reconnect();
    assertEquals("ENOENT", guest.end(tx, "T"), "transactions are gone");

    byte[] huge = message(XS_READ, 16, "");
    huge[13] = 0x10;
    huge[12] = 1;
    guest.put(huge, 0, 16);
    guest.ring.pump();
    assertEquals(ERROR_PROTO, word(ERROR_OFFSET));
    reconnect();

    guest.memory.put32(guest.frame, RSP_CONS_OFFSET, 5);
    guest.put(message(XS_READ, 22, "domid\0"), 0, 22);
    guest.ring.pump();
    assertEquals(ERROR_RINGIDX, word(ERROR_OFFSET));
    reconnect();
    assertEquals("1", guest.read("domid"));
  }

  @Test
  void shouldNotCareWhenTheGuestScribblesOverTheStoresIndices() {
    guest.read("domid");
    guest.memory.put32(guest.frame, REQ_CONS_OFFSET, 12345);
    int prod = word(REQ_PROD_OFFSET);
    for (byte octet : message(XS_READ, 22, "domid\0")) {
      guest.memory.put8(guest.frame, prod++ & 1023, octet);
    }
    guest.memory.put32(guest.frame, REQ_PROD_OFFSET, prod);
    guest.ring.pump();
    assertEquals(prod, word(REQ_CONS_OFFSET));
    assertEquals("1", guest.receive().text());
  }
}
