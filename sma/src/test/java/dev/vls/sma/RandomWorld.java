package dev.vls.sma;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import dev.vls.vmm.board.ConsoleInputLayout;
import dev.vls.vmm.xen.Access;
import dev.vls.vmm.xen.GrantTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A live source in a world that does random things between the boundaries: a back-end that pushes,
 * holds, pins and unpins, a clock that moves, and back-ends that come and go.
 */
final class RandomWorld implements EventSource {
  private final TestDomain domain;
  private final EventSource live;
  private final TimePolicy time;
  private final FakeClock clock;
  private final Random random;
  private final int longestSlice;
  private final List<CompletableFuture<PinResult>> pins = new ArrayList<>();
  private TestBackend backend;
  private int produced;

  RandomWorld(
      TestDomain domain, TimePolicy time, FakeClock clock, Random random, int longestSlice) {
    this.domain = domain;
    this.time = time;
    this.clock = clock;
    this.random = random;
    this.longestSlice = longestSlice;
    this.live = domain.domain.live(time);
    this.backend = domain.attach();
  }

  @Override
  public long budget(Position now) {
    return 1L + random.nextInt(longestSlice);
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    clock.advance(random.nextInt(2_000_000));
    if (random.nextInt(8) == 0) {
      act();
    }
    return live.poll(machine, at);
  }

  /** Sleeps on the fake clock, so that the real one is never waited for. */
  @Override
  public Answer await(Machine machine, Boundary at) throws InterruptedException {
    long sleep = time.sleepNs(machine);
    if (random.nextInt(4) == 0 || sleep == Long.MAX_VALUE) {
      push();
      clock.advance(random.nextInt(100_000));
    } else {
      clock.advance(sleep + random.nextInt(50_000));
    }
    return live.await(machine, at);
  }

  @Override
  public void delivered() {
    live.delivered();
  }

  private void act() {
    try {
      switch (random.nextInt(8)) {
        case 0 -> backend.channel.hold(program(), result -> {});
        case 1 -> pins.add(backend.channel.pin(reference(), access()));
        case 2 -> unpin();
        case 3 -> type();
        case 4 -> reattach();
        default -> push();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void push() throws InterruptedException {
    backend.channel.push(program());
  }

  private Program program() {
    Program program = new Program();
    int stores = 1 + random.nextInt(4);
    for (int i = 0; i < stores; i++) {
      program.target(frame());
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      program.store(random.nextInt(4096 - bytes.length), bytes);
      program.write(8 * random.nextInt(512), 8, random.nextLong());
    }
    return program;
  }

  private int frame() {
    return switch (random.nextInt(4)) {
      case 0 -> TestPort.RAM_FRAME;
      case 1 -> domain.machine.xen().consoleFrame();
      default -> domain.port.page;
    };
  }

  private void type() throws InterruptedException {
    int count = 1 + random.nextInt(5);
    Program program = new Program().target(domain.machine.consoleInput().frame());
    for (int i = 0; i < count; i++) {
      program.write(ConsoleInputLayout.ringOffset(produced++), 1, 'a' + random.nextInt(26));
    }
    backend.channel.push(program.write(ConsoleInputLayout.PRODUCED_OFFSET, 4, produced));
  }

  /** References that hold from the start, of the guest, and of nobody. */
  private int reference() {
    return switch (random.nextInt(4)) {
      case 0 -> GrantTable.CONSOLE_REF;
      case 1 -> GrantTable.STORE_REF;
      case 2 -> random.nextInt(600);
      default -> random.nextInt();
    };
  }

  private Access access() {
    return random.nextBoolean() ? Access.READ : Access.WRITE;
  }

  private void unpin() throws InterruptedException {
    if (pins.isEmpty()) {
      return;
    }
    CompletableFuture<PinResult> pin = pins.remove(random.nextInt(pins.size()));
    if (pin.getNow(null) instanceof PinResult.Pinned(Grant grant)) {
      pins.add(backend.channel.unpin(grant));
    }
  }

  private void reattach() {
    domain.domain.detach(TestDomain.DEVICE);
    backend = domain.attach();
  }
}
