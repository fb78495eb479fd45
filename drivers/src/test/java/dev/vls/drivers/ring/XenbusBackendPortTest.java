package dev.vls.drivers.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.Commits;
import dev.vls.drivers.FakeContext;
import dev.vls.drivers.FakeXen;
import dev.vls.drivers.StateBytes;
import dev.vls.drivers.store.TestStore;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import dev.vls.vmm.StateSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The handshake and the ring, with a device that adds one: requests are numbers, 0 is answered at
 * once.
 */
class XenbusBackendPortTest {
  private static final long SEED = Long.getLong("vls.seed", 20260301L);

  private record Add(Ticket ticket, long value, int ref) implements OutputMessage {
    @Override
    public Effect effect() {
      return Effect.INTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      ticket.digest(sink);
      sink.word(value);
    }
  }

  private static final class Adder implements RingDevice<Add> {
    @Override
    public String type() {
      return "adder";
    }

    @Override
    public int entryBytes() {
      return 12;
    }

    @Override
    public SortedMap<String, String> features() {
      return new TreeMap<>(Map.of("feature-add", "1"));
    }

    @Override
    public SortedMap<String, String> geometry() {
      return new TreeMap<>(Map.of("width", "64"));
    }

    @Override
    public Verdict<Add> request(Ticket ticket, ByteBuffer entry, RequestGrants grants) {
      long value = entry.getLong(0);
      int ref = entry.getInt(8);
      if (value == 0 || (ref != 0 && grants.hold(ref).isEmpty())) {
        return new Answer<>(number(-1));
      }
      return new Serve<>(new Add(ticket, value, ref));
    }

    @Override
    public byte[] response(Add request, ByteBuffer result) {
      return number(result.getLong(0));
    }
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static byte[] entry(long value, int ref) {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(value)
        .putInt(ref)
        .array();
  }

  private final FakeXen xen = new FakeXen();
  private final TestStore store = new TestStore();
  private final FakeContext context = new FakeContext();
  private final RingFront front = new RingFront(xen, store, "adder", 5, 12);
  private final XenbusBackendPort port = new XenbusBackendPort(store.access(), new Adder(), 5);

  @BeforeEach
  void start() {
    port.start(context, xen);
  }

  private static Program done(Add request) {
    return request.ticket().complete(new Program(), number(request.value() + 1));
  }

  private void complete(List<Add> requests) {
    Commits.commit(
        xen.memory, requests.stream().map(XenbusBackendPortTest::done).toArray(Program[]::new));
  }

  private List<Long> answers() {
    return front.take().stream().map(response -> response.getLong(0)).toList();
  }

  @Test
  void shouldGoThroughTheHandshakeAndBack() {
    assertEquals("2", front.back("state"));
    assertEquals("1", front.back("feature-add"));
    assertEquals("", front.back("width"));
    front.connect();
    assertEquals("4", front.back("state"));
    assertEquals("64", front.back("width"));
    assertEquals(RingFront.PORT, context.polledPort);
    assertEquals(1, xen.pinned());
    front.write("state", "4");
    front.put(entry(41, 0));
    assertTrue(front.push());
    List<Add> requests = context.take(Add.class);
    complete(requests);
    assertEquals(List.of(42L), answers());
    front.write("state", "5");
    assertEquals("5", front.back("state"));
    assertEquals(0, xen.pinned());
    assertEquals(null, xen.ports.get(RingFront.PORT));
    assertEquals(0, context.polledPort);
    front.write("state", "6");
    assertEquals("6", front.back("state"));
    front.write("state", "1");
    assertEquals("2", front.back("state"));
    front.connect();
    assertEquals("4", front.back("state"));
  }

  @Test
  void shouldServeWhatIsOnTheRingBeforeTheConnection() {
    front.connect();
    front.write("state", "5");
    front.write("state", "6");
    front.write("state", "1");
    xen.memory.put32(RingFront.RING_FRAME, RingLayout.REQ_PROD_OFFSET, 1);
    xen.memory.put64(RingFront.RING_FRAME, RingLayout.ENTRIES_OFFSET, 7);
    front.write("state", "4");
    assertEquals(7, context.take(Add.class).getFirst().value());
  }

  @Test
  void shouldKeepTheGuestsPagesUntilTheBackEndIsDoneWhenClosing() {
    front.connect();
    xen.grant(200, 20, true);
    front.put(entry(1, 200));
    front.push();
    List<Add> requests = context.take(Add.class);
    front.write("state", "5");
    assertEquals("4", front.back("state"), "a program under way names the page");
    assertEquals(2, xen.pinned());
    complete(requests);
    assertEquals("5", front.back("state"));
    assertEquals(0, xen.pinned());
  }

  @Test
  void shouldRefuseRingsThatCannotBe() {
    xen.grant(RingFront.RING_REF, RingFront.RING_FRAME, false);
    front.write("ring-ref", "100");
    front.write("event-channel", "9");
    front.write("state", "3");
    assertEquals("5", front.back("state"));
    assertTrue(front.back("error").contains("not granted"), front.back("error"));
    front.write("state", "6");
    front.write("state", "1");
    front.connect();
    assertEquals("4", front.back("state"), "a second try may succeed");
    front.write("state", "6");
    front.write("state", "1");
    front.write("event-channel", "77");
    front.write("state", "3");
    assertTrue(front.back("error").contains("event-channel 77"), front.back("error"));
    front.write("state", "6");
    front.write("state", "1");
    front.write("protocol", "x86_32-abi");
    front.write("state", "3");
    assertTrue(front.back("error").contains("protocol"), front.back("error"));
    assertEquals(0, xen.pinned());
  }

  @Test
  void shouldCloseWhenTheFrontEndsStateDisappears() {
    front.connect();
    front.remove("state");
    assertEquals("6", front.back("state"));
    assertEquals(0, xen.pinned());
  }

  @Test
  void shouldGiveUpARingWhoseIndicesAreOutOfRange() {
    front.connect();
    front.put(entry(1, 0));
    front.push();
    List<Add> requests = context.take(Add.class);
    xen.memory.put32(RingFront.RING_FRAME, RingLayout.REQ_PROD_OFFSET, 500);
    xen.notifyHost(RingFront.PORT);
    assertTrue(context.take(Add.class).isEmpty());
    assertEquals("4", front.back("state"));
    complete(requests);
    assertEquals("5", front.back("state"));
    assertTrue(front.back("error").contains("out of range"));
    xen.notifyHost(RingFront.PORT);
    front.write("state", "6");
    assertEquals("6", front.back("state"));
  }

  @Test
  void shouldAnswerMalformedRequestsAtOnceAndNotifyAsAsked() {
    front.connect();
    int before = xen.raised;
    front.put(entry(0, 0));
    front.put(entry(5, 999));
    assertTrue(front.push());
    assertEquals(before + 1, xen.raised);
    assertEquals(List.of(-1L, -1L), answers());
    xen.memory.put32(RingFront.RING_FRAME, RingLayout.RSP_EVENT_OFFSET, 50);
    front.put(entry(0, 0));
    front.push();
    assertEquals(before + 1, xen.raised, "the front-end asked to be left alone");
  }

  @Test
  void shouldIgnoreCompletionsThatAreStaleOrOfNobody() {
    front.connect();
    front.put(entry(1, 0));
    front.push();
    Add request = context.take(Add.class).getFirst();
    Ticket real = request.ticket();
    Commits.commit(
        xen.memory,
        new Ticket(real.frame(), real.slot(), real.seq() + 1).complete(new Program(), number(0)),
        new Ticket(real.frame(), 63, real.seq()).complete(new Program(), number(0)));
    assertEquals(List.of(), answers());
    complete(List.of(request));
    complete(List.of(request));
    assertEquals(List.of(2L), answers());
  }

  @Test
  void shouldReissueInOrderWhatIsOutstanding() {
    front.connect();
    for (int i = 1; i <= 10; i++) {
      front.put(entry(i, 0));
    }
    front.push();
    List<Add> requests = context.take(Add.class);
    complete(List.of(requests.get(0), requests.get(3), requests.get(7)));
    front.put(entry(11, 0));
    front.push();
    context.messages.clear();
    long state = StateBytes.of(port);
    port.reissue();
    assertEquals(state, StateBytes.of(port), "telling again changes nothing");
    List<Add> again = context.take(Add.class);
    assertEquals(
        List.of(2L, 3L, 5L, 6L, 7L, 9L, 10L, 11L), again.stream().map(Add::value).toList());
    complete(again);
    assertEquals(11, answers().size());
  }

  /** The slots of requests that are done are used again, so slots say nothing of the order. */
  @Test
  void shouldAnswerTheOldestFirstWhenOneCommitCompletesSeveral() {
    front.connect();
    for (int i = 1; i <= 4; i++) {
      front.put(entry(i, 0));
    }
    front.push();
    List<Add> requests = new ArrayList<>(context.take(Add.class));
    complete(List.of(requests.removeFirst(), requests.removeFirst()));
    assertEquals(List.of(2L, 3L), answers());
    front.put(entry(5, 0));
    front.put(entry(6, 0));
    front.push();
    requests.addAll(context.take(Add.class));
    complete(requests);
    assertEquals(List.of(4L, 5L, 6L, 7L), answers());
  }

  /**
   * Requests in, completions in any order, back-ends that come and go: each request is answered
   * once.
   */
  @Test
  void shouldAnswerEachRequestOnceWhateverTheOrder() {
    for (long seed = SEED; seed < SEED + 50; seed++) {
      FakeXen someXen = new FakeXen();
      TestStore someStore = new TestStore();
      FakeContext someContext = new FakeContext();
      RingFront someFront = new RingFront(someXen, someStore, "adder", 5, 12);
      XenbusBackendPort somePort = new XenbusBackendPort(someStore.access(), new Adder(), 5);
      somePort.start(someContext, someXen);
      someFront.connect();
      SplittableRandom random = new SplittableRandom(seed);
      List<Add> under = new ArrayList<>();
      List<Long> expected = new ArrayList<>();
      List<Long> answered = new ArrayList<>();
      int inRing = 0;
      for (int step = 0; step < 400; step++) {
        int more = Math.min(random.nextInt(40), 256 - inRing);
        for (int i = 0; i < more; i++) {
          long value = random.nextLong(1, 1_000_000);
          someFront.put(entry(value, 0));
          expected.add(value + 1);
        }
        inRing += more;
        someFront.push();
        under.addAll(someContext.take(Add.class));
        if (random.nextInt(10) == 0) {
          somePort.reissue();
          under = new ArrayList<>(someContext.take(Add.class));
        }
        List<Program> programs = new ArrayList<>();
        for (int n = random.nextInt(50); n > 0 && !under.isEmpty(); n--) {
          programs.add(done(under.remove(random.nextInt(under.size()))));
        }
        Commits.commit(someXen.memory, programs.toArray(Program[]::new));
        under.addAll(someContext.take(Add.class));
        List<Long> now = someFront.take().stream().map(response -> response.getLong(0)).toList();
        answered.addAll(now);
        inRing -= now.size();
      }
      while (!under.isEmpty()) {
        Commits.commit(
            someXen.memory,
            under.stream().map(XenbusBackendPortTest::done).toArray(Program[]::new));
        under = new ArrayList<>(someContext.take(Add.class));
        someFront.take().forEach(response -> answered.add(response.getLong(0)));
      }
      assertEquals(
          expected.stream().sorted().toList(), answered.stream().sorted().toList(), "seed " + seed);
    }
  }

  /**
   * Anything in the ring page and in the nodes: no exception, no pin left over, and the same again.
   */
  @Test
  void shouldSurviveGarbage() {
    for (long seed = SEED; seed < SEED + 200; seed++) {
      assertEquals(garbage(seed), garbage(seed), "seed " + seed);
    }
  }

  private static long garbage(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FakeXen someXen = new FakeXen();
    TestStore someStore = new TestStore();
    FakeContext someContext = new FakeContext();
    RingFront someFront = new RingFront(someXen, someStore, "adder", 5, 12);
    XenbusBackendPort somePort = new XenbusBackendPort(someStore.access(), new Adder(), 5);
    somePort.start(someContext, someXen);
    someFront.connect();
    String[] keys = {"state", "state", "state", "ring-ref", "event-channel", "protocol"};
    String[] values = {
      "0", "1", "2", "3", "4", "5", "6", "", "-1", "99999999999", "100", "9", "arm-abi"
    };
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(6)) {
        case 0 ->
            someFront.write(
                keys[random.nextInt(keys.length)], values[random.nextInt(values.length)]);
        case 1 ->
            someXen.memory.put8(RingFront.RING_FRAME, random.nextInt(4096), random.nextInt(256));
        case 2 -> {
          int prod = someXen.memory.i32(RingFront.RING_FRAME, RingLayout.REQ_PROD_OFFSET);
          someXen.memory.put32(
              RingFront.RING_FRAME, RingLayout.REQ_PROD_OFFSET, prod + random.nextInt(300));
        }
        case 3 -> someXen.notifyHost(RingFront.PORT);
        case 4 -> someFront.connect();
        default -> {
          List<Add> requests = someContext.take(Add.class);
          if (!requests.isEmpty()) {
            Commits.commit(someXen.memory, done(requests.get(random.nextInt(requests.size()))));
          }
        }
      }
    }
    somePort.reissue();
    Commits.commit(
        someXen.memory,
        someContext.take(Add.class).stream()
            .map(XenbusBackendPortTest::done)
            .toArray(Program[]::new));
    someFront.write("state", "6");
    while (!someContext.messages.isEmpty()) {
      Commits.commit(
          someXen.memory,
          someContext.take(Add.class).stream()
              .map(XenbusBackendPortTest::done)
              .toArray(Program[]::new));
    }
    assertEquals(0, someXen.pinned(), "seed " + seed);
    assertFalse(someFront.back("state").isEmpty(), "seed " + seed);
    return StateBytes.of(somePort);
  }
}
