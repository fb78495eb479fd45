package dev.vls.drivers.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.drivers.GuestRun;
import dev.vls.drivers.RecordedEvents;
import dev.vls.drivers.console.StdioConsole;
import dev.vls.drivers.virtio.VirtioPort;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.vmm.StateDigest;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guest {@code virtio} sends frames and checks that each comes back. */
class NetSystemTest {
  private static final int FRAMES = 120;
  private static final int GUEST_FAILED = 3;
  private static final MacAddress MAC = MacAddress.ofCard(0);

  /** Sends back whatever it is sent, but for one frame. */
  private static final class Echo implements NetLink {
    private final int lost;
    private int count;
    private Receiver receiver;

    Echo() {
      this(-1);
    }

    Echo(int lost) {
      this.lost = lost;
    }

    @Override
    public void open(Receiver to) {
      receiver = to;
    }

    @Override
    public void send(byte[] frame) {
      if (count++ != lost) {
        receiver.frame(frame);
      }
    }

    @Override
    public void close() {}
  }

  /** A guest with a card and its console. */
  private static final class Run {
    final GuestRun guest;
    final ByteArrayOutputStream text = new ByteArrayOutputStream();
    final StdioConsole console =
        new StdioConsole(InputStream.nullInputStream(), text, problem -> fail(problem));

    Run(CaptureMode mode) throws Exception {
      this("virtio", "frames=" + FRAMES, mode);
    }

    Run(String image, String arguments, CaptureMode mode) throws Exception {
      guest = new GuestRun(image, arguments, mode);
      guest.domain.plug("net0", new VirtioPort<>(new VirtioNetDevice(MAC), 2));
      guest.domain.attach("console", console);
    }

    NetBackend attach(NetLink link) {
      NetBackend backend = new NetBackend("test", link, problem -> fail(problem));
      guest.domain.attach("net0", backend);
      return backend;
    }

    String finish() throws Exception {
      String said = finish(0);
      assertTrue(said.contains("net " + MAC + "\nechoed " + FRAMES), said);
      return said;
    }

    String finish(int status) throws Exception {
      Outcome outcome = guest.start().get(60, TimeUnit.SECONDS);
      console.close();
      String said = text.toString(StandardCharsets.UTF_8);
      assertEquals(new Outcome.PoweredOff(status), outcome, said);
      return said;
    }
  }

  @ParameterizedTest
  @EnumSource(CaptureMode.class)
  void shouldCarryFramesInEachMode(CaptureMode mode) throws Exception {
    Run run = new Run(mode);
    NetCounters counters;
    try (NetBackend backend = run.attach(new Echo())) {
      counters = backend.counters();
      run.finish();
    } // ends its threads: the answer to a frame may arrive before the frame is counted
    assertEquals(FRAMES, counters.sent());
    assertEquals(FRAMES, counters.received());
    assertEquals(0, counters.receiveDropped() + counters.sendDropped());
  }

  /** Many frames in flight: several are brought by one program, in rooms that are used again. */
  @ParameterizedTest
  @EnumSource(CaptureMode.class)
  void shouldKeepFramesInOrderWhenManyAreInFlight(CaptureMode mode) throws Exception {
    Run run = new Run("netstress", "frames=2000 size=200 depth=32 limit=0", mode);
    try (NetBackend _ = run.attach(new Echo())) {
      assertTrue(run.finish(0).contains("frames 2000 bytes 400000 checksum"));
    }
  }

  /**
   * The last frame is missed by the clock, any other because the next one comes in its place. In
   * virtual time a clock would miss frames that are only late, too.
   */
  @ParameterizedTest
  @CsvSource({
    "0, frames=1 limit=1, no frame for 1 s: frame 0 has not come back",
    "3, frames=10 limit=0, frame 4 came where frame 3 was due"
  })
  void shouldMakeTheGuestFailWhenAFrameIsLost(int lost, String arguments, String says)
      throws Exception {
    Run run = new Run("netstress", arguments, CaptureMode.STRICT);
    try (NetBackend _ = run.attach(new Echo(lost))) {
      String said = run.finish(GUEST_FAILED);
      assertTrue(said.contains("FAIL: " + says), said);
    }
  }

  /** Holds each frame until it is told to let them go. */
  private static final class SlowLink implements NetLink {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean interrupted;
    private volatile boolean closed;

    @Override
    public void open(Receiver receiver) {}

    @Override
    public void send(byte[] frame) throws InterruptedException {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        interrupted = true;
        throw e;
      }
      sent.incrementAndGet();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Returns the back-end of a guest that is gone, while it sends the first of three frames. */
  private static NetBackend sendingOver(SlowLink link) throws Exception {
    Run run = new Run("netstress", "frames=3 depth=3 limit=1", CaptureMode.STRICT);
    NetBackend backend = run.attach(link);
    run.finish(GUEST_FAILED);
    link.entered.await();
    return backend;
  }

  @Test
  @Timeout(60)
  void shouldLetAFrameGoWhenItIsClosedMeanwhile() throws Exception {
    SlowLink link = new SlowLink();
    NetBackend backend = sendingOver(link);

    Thread closing = Thread.ofPlatform().start(backend::close);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait(); // it waits for the sender
    }
    link.released.countDown();
    closing.join();

    assertFalse(link.interrupted);
    assertTrue(link.closed);
    assertEquals(1, link.sent.get());
  }

  @Test
  @Timeout(60)
  void shouldCloseWhenALinkTakesNothingAnyMore() throws Exception {
    SlowLink link = new SlowLink();
    NetBackend backend = sendingOver(link);

    backend.close();

    assertTrue(link.closed);
    assertEquals(0, link.sent.get());
  }

  @Test
  void shouldComeToTheSameStateWhenReplayedWithoutANetwork() throws Exception {
    RecordedEvents log = new RecordedEvents();
    Run live = new Run(CaptureMode.STRICT);
    live.guest.domain.observe(log);
    String said;
    try (NetBackend _ = live.attach(new Echo())) {
      said = live.finish();
    }
    StateDigest digest = live.guest.domain.machine().digest();

    Run replayed = new Run(CaptureMode.STRICT);
    Outcome outcome = replayed.guest.start(log.replay()).get(60, TimeUnit.SECONDS);
    if (outcome instanceof Outcome.Ended) {
      assertEquals(said, replayed.finish()); // what is left needs no event
    }
    assertEquals(digest, replayed.guest.domain.machine().digest());
    assertArrayEquals(live.guest.domain.gate().digest(), replayed.guest.domain.gate().digest());
  }

  @Test
  void shouldReachAStationOnTheSwitch() throws Exception {
    NetSwitch network = new NetSwitch();
    NetLink station = network.port();
    MacAddress own = MacAddress.ofCard(9);
    station.open(frame -> reply(station, own, frame));
    Run run = new Run(CaptureMode.STRICT);
    try (NetBackend _ = run.attach(network.port())) {
      run.finish();
    }
    station.close();
  }

  /** Answers from an address of its own to the sender's. */
  private static void reply(NetLink station, MacAddress own, byte[] frame) {
    byte[] answer = frame.clone();
    System.arraycopy(frame, MacAddress.BYTES, answer, 0, MacAddress.BYTES);
    System.arraycopy(own.octets(), 0, answer, MacAddress.BYTES, MacAddress.BYTES);
    try {
      station.send(answer);
    } catch (HostException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldSpeakTheLengthPrefixedProtocol(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("net");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Thread.ofVirtual().start(() -> echo(server));
      Run run = new Run(CaptureMode.STRICT);
      try (NetBackend _ = run.attach(StreamLink.connect(path, problem -> fail(problem)))) {
        run.finish();
      }
    }
  }

  private static void echo(ServerSocketChannel server) {
    try (SocketChannel client = server.accept()) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(client));
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(client));
      while (true) {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        out.writeInt(frame.length);
        out.write(frame);
      }
    } catch (IOException gone) {
      // the guest is done
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_551, 0x7fff_ffff})
  void shouldGiveUpOnAPeerThatAnnouncesAnImpossibleFrame(int length, @TempDir Path folder)
      throws Exception {
    Path path = folder.resolve("net");
    CompletableFuture<HostException> told = new CompletableFuture<>();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (StreamLink link = StreamLink.connect(path, told::complete);
          SocketChannel peer = server.accept()) {
        link.open(frame -> fail("a frame came"));
        new DataOutputStream(Channels.newOutputStream(peer)).writeInt(length);
        assertTrue(told.get(10, TimeUnit.SECONDS).getMessage().contains("announces a frame"));
      }
    }
  }

  @Test
  void shouldCountWhatItDropsWhenTheGuestGivesNoRoom() {
    Echo wire = new Echo();
    try (NetBackend backend = new NetBackend("idle", wire, problem -> fail(problem))) {
      for (int i = 0; i < NetBackend.MOST_WAITING + 7; i++) {
        wire.send(new byte[60]);
      }
      assertEquals(7, backend.counters().receiveDropped());
    }
  }

  @Test
  void shouldLearnWhereAddressesAre() throws Exception {
    NetSwitch network = new NetSwitch();
    CompletableFuture<byte[]> atFirst = new CompletableFuture<>();
    CompletableFuture<byte[]> atSecond = new CompletableFuture<>();
    NetLink first = network.port();
    NetLink second = network.port();
    NetLink third = network.port();
    first.open(atFirst::complete);
    second.open(atSecond::complete);
    third.open(frame -> {});
    first.send(frame(-1, MacAddress.ofCard(1).bits()));
    assertEquals(60, atSecond.get(10, TimeUnit.SECONDS).length, "to all");
    third.send(frame(MacAddress.ofCard(1).bits(), MacAddress.ofCard(3).bits()));
    byte[] got = atFirst.get(10, TimeUnit.SECONDS);
    assertEquals(MacAddress.ofCard(3).bits(), MacAddress.bits(got, MacAddress.BYTES));
    first.close();
    second.close();
    third.close();
  }

  private static byte[] frame(long to, long from) {
    byte[] frame = new byte[60];
    for (int i = 0; i < MacAddress.BYTES; i++) {
      frame[i] = (byte) (to >>> 8 * (5 - i));
      frame[MacAddress.BYTES + i] = (byte) (from >>> 8 * (5 - i));
    }
    return frame;
  }
}
