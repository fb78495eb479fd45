package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.xen.GrantTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random programs against a model that is nothing but byte arrays. */
class ProgramPropertyTest {
  private static final Grant NO_SUCH_REFERENCE = new Grant(400, TestPort.RAM_FRAME, true);

  private final Map<Integer, byte[]> model = new TreeMap<>();
  private final List<ProgramResult> expected = new ArrayList<>();
  private final List<ProgramResult> results = new ArrayList<>();
  private TestDomain test;
  private Random random;

  @Property(tries = 60)
  void shouldStoreAllOrNothingInOrderWhenProgramsAreRandom(@ForAll long seed) throws Exception {
    random = new Random(seed);
    start();
    TestBackend backend = test.attach();
    EventSource live = test.domain.live(new VirtualTime());
    for (int round = 0; round < 10; round++) {
      for (int i = random.nextInt(90); i >= 0; i--) {
        backend.channel.push(program(), results::add);
      }
      test.runSteps(live, 60_000);
      assertEquals(expected, results);
      model.forEach((frame, bytes) -> assertArrayEquals(bytes, frame(frame), "frame " + frame));
    }
    long committed = expected.stream().filter(ProgramResult.COMMITTED::equals).count();
    assertEquals(committed, test.domain.counters().transfers());
  }

  @Property(tries = 60)
  void shouldComeToTheSameMemoryWhenModeIsStrictOrSampled(@ForAll long seed) throws Exception {
    assertArrayEquals(
        memoryAfterResponses(seed, CaptureMode.STRICT),
        memoryAfterResponses(seed, CaptureMode.SAMPLED));
  }

  private void start() {
    test = TestDomain.of(TestDomain.LOOP);
    model.clear();
    expected.clear();
    results.clear();
    for (int frame : List.of(TestPort.RAM_FRAME, test.machine.xen().storeFrame(), test.port.page)) {
      model.put(frame, frame(frame));
    }
  }

  private byte[] frame(int frame) {
    byte[] bytes = new byte[GuestMemory.FRAME_BYTES];
    test.machine.memory().read(frame, 0, bytes, 0, bytes.length);
    return bytes;
  }

  private Program program() {
    Program program = new Program();
    Map<Integer, byte[]> after = new TreeMap<>();
    model.forEach((frame, bytes) -> after.put(frame, bytes.clone()));
    boolean valid = true;
    for (int target = random.nextInt(4); target >= 0; target--) {
      int frame = target(program);
      valid &= frame >= 0;
      for (int i = random.nextInt(4); i >= 0; i--) {
        store(program, after.getOrDefault(frame, new byte[GuestMemory.FRAME_BYTES]));
      }
    }
    if (valid) {
      model.putAll(after);
    }
    expected.add(valid ? ProgramResult.COMMITTED : ProgramResult.REVOKED);
    return program;
  }

  /** Names a target and returns its frame, -1 if the program must be refused for it. */
  private int target(Program program) {
    int store = test.machine.xen().storeFrame();
    switch (random.nextInt(16)) {
      case 0 -> program.target(NO_SUCH_REFERENCE);
      case 1 -> program.target(new Grant(random.nextInt(), TestPort.RAM_FRAME, true));
      case 2 -> program.target(new Grant(GrantTable.STORE_REF, TestPort.RAM_FRAME, true));
      case 3 -> program.target(random.nextInt());
      case 4 -> program.target(test.machine.timeBase().frame());
      case 5, 6 -> {
        program.target(test.port.page);
        return test.port.page;
      }
      case 7, 8, 9 -> {
        program.target(new Grant(GrantTable.STORE_REF, store, true));
        return store;
      }
      default -> {
        program.target(TestPort.RAM_FRAME);
        return TestPort.RAM_FRAME;
      }
    }
    return -1;
  }

  private void store(Program program, byte[] frame) {
    int length = random.nextInt(40);
    int offset = random.nextInt(frame.length - length + 1);
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    switch (random.nextInt(3)) {
      case 0 -> {
        byte[] page = new byte[frame.length];
        System.arraycopy(bytes, 0, page, offset, length);
        program.copy(page, offset, length);
        page[offset % page.length]++; // the program has its own copy
        System.arraycopy(bytes, 0, frame, offset, length);
      }
      case 1 -> {
        long value = random.nextLong();
        int width = 1 + random.nextInt(8);
        int at = random.nextInt(frame.length - width + 1);
        program.write(at, width, value);
        for (int i = 0; i < width; i++) {
          frame[at + i] = (byte) (value >>> 8 * i);
        }
      }
      default -> {
        System.arraycopy(bytes, 0, frame, offset, length);
        program.store(offset, bytes);
      }
    }
  }

  private byte[] memoryAfterResponses(long seed, CaptureMode mode) throws Exception {
    TestDomain domain =
        new TestDomain(TestDomain.code(TestDomain.LOOP), "", TestDomain.openGate(), mode);
    Channel channel = domain.attach().channel;
    EventSource live = domain.domain.live(new VirtualTime());
    Random choice = new Random(seed);
    Grant[] grants = {
      new Grant(GrantTable.CONSOLE_REF, domain.machine.xen().consoleFrame(), true),
      new Grant(GrantTable.STORE_REF, domain.machine.xen().storeFrame(), true)
    };
    for (int i = 0; i < 100; i++) {
      Program response = new Program().target(grants[choice.nextInt(2)]);
      response.write(choice.nextInt(4000), 4, i);
      Grant buffer = grants[choice.nextInt(2)];
      byte[] data = new byte[choice.nextInt(600)];
      choice.nextBytes(data);
      int offset = choice.nextInt(4096 - data.length);
      response.target(buffer);
      if (mode == CaptureMode.SAMPLED) {
        channel.writeDirect(buffer, offset, data, 0, data.length);
        response.sample(offset, data.length);
      } else {
        response.store(offset, data);
      }
      channel.push(response);
      if (choice.nextInt(3) > 0) {
        domain.runSteps(live, 1);
      }
    }
    domain.runSteps(live, 100_000);
    return domain.machine.memoryHash();
  }
}
