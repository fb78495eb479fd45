package dev.vls.drivers.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.FakeContext;
import dev.vls.drivers.FakeXen;
import dev.vls.drivers.virtio.VirtioFront;
import dev.vls.vmm.board.ConsoleInput;
import dev.vls.vmm.board.ConsoleInputLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The virtio console beside the other front-ends of the one console. */
class VirtioConsoleDeviceTest {
  private static final int PORT = 2;
  private static final int RECEIVE = 0;
  private static final int TRANSMIT = 1;
  private static final int WRITE = 2;
  private static final long ROOM = VirtioFront.BUFFERS + 0x100;

  private final FakeXen xen = new FakeXen();
  private final FakeContext context = new FakeContext();
  private final ConsoleInput input = new ConsoleInput(xen.memory);
  private final ConsolePort console = new ConsolePort();
  private final VirtioFront driver = new VirtioFront(VirtioConsoleDevice.port(console, 0));
  private int committed;

  @BeforeEach
  void start() {
    xen.listen(PORT);
    console.start(context, xen, input, xen.memory.allocateFrame(), PORT);
    driver.open(0, 2);
  }

  private void commit(String text) {
    for (byte octet : text.getBytes(StandardCharsets.US_ASCII)) {
      xen.memory.put8(input.frame(), ConsoleInputLayout.ringOffset(committed++), octet);
    }
    xen.memory.put32(input.frame(), ConsoleInputLayout.PRODUCED_OFFSET, committed);
    xen.memory.committed(input.frame());
  }

  private void writes(String text) {
    driver.write(VirtioFront.BUFFERS, text.getBytes(StandardCharsets.US_ASCII));
    driver.descriptor(
        VirtioFront.descriptors(TRANSMIT), 0, VirtioFront.BUFFERS, text.length(), 0, 0);
    driver.post(TRANSMIT, 0);
  }

  private void offersRoom(int bytes) {
    driver.descriptor(VirtioFront.descriptors(RECEIVE), 0, ROOM, bytes, WRITE, 0);
    driver.post(RECEIVE, 0);
  }

  private String received() {
    int length = driver.done(RECEIVE)[1];
    return new String(driver.read(ROOM, length), StandardCharsets.US_ASCII);
  }

  @Test
  void shouldJoinTheConsolesOutput() {
    console.output(new byte[] {'a'}, 0, 1);
    writes("hello");
    ConsoleMessage.ConsoleBytes said = context.take(ConsoleMessage.ConsoleBytes.class).getLast();
    assertEquals(1, said.from());
    assertArrayEquals("hello".getBytes(StandardCharsets.US_ASCII), said.bytes());
    assertEquals(1, driver.waiting(TRANSMIT));
    assertTrue(driver.interrupt());
  }

  @Test
  void shouldTakeInputOnceTheGuestHasWrittenThere() {
    offersRoom(8);
    commit("early");
    assertEquals(0, driver.waiting(RECEIVE), "the UART may be what the guest reads");
    assertEquals(5, input.available());
    writes("x");
    offersRoom(8);
    assertEquals("early", received());
    commit("later");
    assertEquals("later", received());
    assertEquals(0, input.available());
  }

  @Test
  void shouldCutInputToTheRoomThereIs() {
    writes("x");
    commit("0123456789");
    offersRoom(4);
    assertEquals("0123", received());
    offersRoom(4);
    assertEquals("4567", received());
    assertEquals(2, input.available());
  }

  @Test
  void shouldLeaveInputToOthersWhenTheDriverHasResetIt() {
    writes("x");
    driver.open(0, 2);
    offersRoom(8);
    commit("for the UART");
    assertEquals(0, driver.waiting(RECEIVE));
    assertEquals(12, input.available());
  }
}
