package dev.vls.drivers.console;

import static dev.vls.drivers.console.ConsoleRingLayout.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.FakeContext;
import dev.vls.drivers.FakeXen;
import dev.vls.vmm.board.ConsoleInput;
import dev.vls.vmm.board.ConsoleInputLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsolePortTest {
  private static final int PORT = 2;

  private final FakeXen xen = new FakeXen();
  private final FakeContext context = new FakeContext();
  private final ConsoleInput input = new ConsoleInput(xen.memory);
  private final int frame = xen.memory.allocateFrame();
  private final ConsolePort port = new ConsolePort();
  private int committed;

  @BeforeEach
  void start() {
    xen.memory.put8(frame, CONNECTION_OFFSET, 1);
    xen.listen(PORT);
    port.start(context, xen, input, frame, PORT);
  }

  /** What a back-end's program does at its commit. */
  private void commit(String text) {
    for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
      xen.memory.put8(input.frame(), ConsoleInputLayout.ringOffset(committed++), octet);
    }
    xen.memory.put32(input.frame(), ConsoleInputLayout.PRODUCED_OFFSET, committed);
    xen.memory.committed(input.frame());
  }

  private void guestWrites(String text) {
    int prod = xen.memory.i32(frame, OUT_PROD_OFFSET);
    for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
      xen.memory.put8(frame, OUT_OFFSET + (prod++ & (OUT_BYTES - 1)), octet);
    }
    xen.memory.put32(frame, OUT_PROD_OFFSET, prod);
    xen.notifyHost(PORT);
  }

  private String guestReads() {
    StringBuilder text = new StringBuilder();
    int cons = xen.memory.i32(frame, IN_CONS_OFFSET);
    while (cons != xen.memory.i32(frame, IN_PROD_OFFSET)) {
      text.append((char) xen.memory.u8(frame, IN_OFFSET + (cons++ & (IN_BYTES - 1))));
    }
    xen.memory.put32(frame, IN_CONS_OFFSET, cons);
    xen.notifyHost(PORT);
    return text.toString();
  }

  @Test
  void shouldMergeTheFrontEndsOutputInOrderWithOffsets() {
    assertEquals(0, xen.memory.u8(frame, CONNECTION_OFFSET));
    port.output(new byte[] {'x', 'a', 'b'}, 1, 2);
    guestWrites("ring");
    port.output(new byte[] {'c'}, 0, 1);
    List<ConsoleMessage.ConsoleBytes> said = context.take(ConsoleMessage.ConsoleBytes.class);
    assertEquals(
        List.of(0L, 2L, 6L), said.stream().map(ConsoleMessage.ConsoleBytes::from).toList());
    assertArrayEquals("ring".getBytes(StandardCharsets.ISO_8859_1), said.get(1).bytes());
    assertEquals(4, said.get(1).weight());
    assertEquals(4, xen.memory.i32(frame, OUT_CONS_OFFSET));
    assertEquals(1, xen.raised);
  }

  @Test
  void shouldMoveEarlyInputIntoTheRingWhenTheGuestFirstUsesIt() {
    commit("early");
    assertEquals(5, input.available());
    guestWrites("hi");
    assertEquals("early", guestReads());
    commit("late");
    assertEquals("late", guestReads());
    List<ConsoleMessage.InputAccepted> safe = context.take(ConsoleMessage.InputAccepted.class);
    assertEquals(List.of(5L, 9L), safe.stream().map(ConsoleMessage.InputAccepted::total).toList());
  }

  @Test
  void shouldLeaveInputToTheUartWhenTheRingIsNotUsed() {
    commit("abc");
    byte[] read = new byte[8];
    assertEquals(3, input.take(read, 0, 8));
    ConsoleMessage.InputRoom room = context.take(ConsoleMessage.InputRoom.class).getLast();
    assertEquals(3, room.consumed());
    assertEquals(input.frame(), room.frame());
    assertTrue(context.open.contains(input.frame()));
  }

  @Test
  void shouldKeepEveryByteInOrderWhenMoreComesThanTheRingHolds() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder sent = new StringBuilder();
    StringBuilder read = new StringBuilder();
    guestWrites("!");
    for (int i = 0; i < 2000; i++) {
      int room = ConsoleInputLayout.RING_BYTES - input.available();
      String text = Integer.toString(i).repeat(random.nextInt(200));
      text = text.substring(0, Math.min(room, text.length()));
      commit(text);
      sent.append(text);
      if (random.nextInt(3) == 0) {
        read.append(guestReads());
      }
    }
    for (int i = 0; i < 4; i++) {
      read.append(guestReads());
    }
    assertEquals(sent.toString(), read.toString());
    port.reissue();
    ConsoleMessage.InputRoom room =
        (ConsoleMessage.InputRoom) context.messages.get(context.messages.size() - 2);
    assertEquals(new ConsoleMessage.InputRoom(input.frame(), sent.length(), sent.length()), room);
  }

  /** A relay that only retains has nobody else to learn the input's offset from. */
  @Test
  void shouldTellWhereTheInputStandsAtEveryCommitAlthoughNobodyReads() {
    commit("abc");
    assertEquals(3, context.take(ConsoleMessage.InputRoom.class).getLast().produced());
    guestWrites("!");
    commit("x".repeat(ConsoleRingLayout.IN_BYTES - 3));
    context.messages.clear();
    commit("the ring is full");
    ConsoleMessage.InputRoom room = context.take(ConsoleMessage.InputRoom.class).getLast();
    assertEquals(ConsoleRingLayout.IN_BYTES, room.consumed());
    assertEquals(ConsoleRingLayout.IN_BYTES + 16, room.produced());
  }

  @Test
  void shouldStandStillWhileTheGuestsIndicesAreOutOfRange() {
    guestWrites("ok");
    xen.memory.put32(frame, OUT_PROD_OFFSET, 2 + 2049);
    xen.notifyHost(PORT);
    xen.memory.put32(frame, IN_CONS_OFFSET, 99);
    commit("lost?");
    assertEquals(1, context.take(ConsoleMessage.ConsoleBytes.class).size());
    xen.memory.put32(frame, IN_CONS_OFFSET, 0);
    xen.memory.put32(frame, OUT_PROD_OFFSET, 2);
    xen.memory.put32(frame, IN_PROD_OFFSET, 12345);
    xen.memory.put32(frame, OUT_CONS_OFFSET, 54321);
    assertEquals(5, input.available());
    xen.notifyHost(PORT);
    assertEquals("lost?", guestReads());
    guestWrites("again");
    assertEquals(2, context.take(ConsoleMessage.ConsoleBytes.class).getFirst().from());
  }
}
