package dev.vls.vmm;

import dev.vls.vmm.board.Board;
import dev.vls.vmm.board.BootImages;
import dev.vls.vmm.board.BootLoader;
import dev.vls.vmm.board.ConsoleInput;
import dev.vls.vmm.board.ConsoleOutput;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.board.InterruptLine;
import dev.vls.vmm.board.PowerControl;
import dev.vls.vmm.board.Sbi;
import dev.vls.vmm.engine.BurstEngine;
import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.engine.Whereabouts;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.HartGroup;
import dev.vls.vmm.jit.JitCounters;
import dev.vls.vmm.jit.Translator;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import dev.vls.vmm.memory.MmioDevice;
import dev.vls.vmm.xen.Access;
import dev.vls.vmm.xen.ExtensionHandler;
import dev.vls.vmm.xen.XenConfig;
import dev.vls.vmm.xen.XenDomain;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Everything inside the boundary: harts, memory, board, SBI and Xen domain, and the loop between
 * them (DESIGN section 2).
 *
 * <p>A pure function of its configuration, its image and the commits it is given, in whatever
 * slices it is run. One thread, the domain's.
 */
public final class Machine implements StateExchange.Restorable {
  private static final int VMM_FRAMES = 512;

  private final MachineConfig config;
  private final GuestMemory memory;
  private final MemoryDigest memoryDigest;
  private final TimeBase time;
  private final List<Hart> harts;
  private final HartGroup group;
  private final HartScheduler scheduler;
  private final Predicate<Hart> canRun = this::canRun;
  private final Engine engine;
  private final Board board;
  private final XenDomain xen;
  private final Sbi sbi;
  private ConsoleOutput console = (bytes, offset, length) -> {};
  private IntConsumer channelPoll = port -> {};
  private Consumer<byte[]> mark = text -> {};
  private Optional<Power> power = Optional.empty();
  private Boundary.Kind kind = Boundary.Kind.INTR;

  /** How the guest ended the machine. */
  public sealed interface Power {
    /** Powered off; status 0 reports success. */
    record Off(int status) implements Power {}

    /** Asked for a restart. */
    record Restart() implements Power {}
  }

  /**
   * Builds a machine that is switched off: RAM is zero and no image is loaded. It translates what
   * is hot.
   */
  public Machine(MachineConfig config) {
    this(config, EngineKind.TRANSLATOR);
  }

  /**
   * Builds a machine that is switched off.
   *
   * @param engines makes the engine for the machine's memory; which one has no influence on what
   *     the machine does (R3)
   */
  public Machine(MachineConfig config, Function<GuestMemory, Engine> engines) {
    this.config = config;
    memory = new GuestMemory(config.ramBytes(), VMM_FRAMES);
    memoryDigest = new MemoryDigest(memory, memory.ramFrames() + VMM_FRAMES);
    time = new TimeBase(memory, TimeBase.rateFor(config.instructionsPerSecond()));
    MmioBus bus = new MmioBus();
    group = new HartGroup(memory, bus, time, config.boot());
    harts = IntStream.range(0, config.harts()).mapToObj(id -> new Hart(id, group)).toList();
    scheduler = new HartScheduler(harts, group, config.schedule());
    engine = engines.apply(memory);
    PowerControl powerControl = new Switch();
    ConsoleOutput output = (bytes, offset, length) -> console.put(bytes, offset, length);
    board =
        new Board(memory, bus, harts, time, config.epochNs(), group::instret, output, powerControl);
    xen =
        new XenDomain(
            memory, harts, time, XenConfig.bootedAt(config.epochNs()), output, powerControl);
    xen.extension(new Extension());
    sbi =
        new Sbi(
            memory,
            harts,
            board.consoleInput(),
            output,
            powerControl,
            Optional.of(this::hypercall));
  }

  /**
   * Loads an image and the device tree and puts the harts at their first instruction.
   *
   * @param image an ELF64 RISC-V executable or a raw image; not kept
   * @throws ImageException if it is neither or does not fit
   */
  public void load(byte[] image) throws ImageException {
    load(BootImages.of(image));
  }

  /**
   * Loads what a machine starts from, and the device tree, and puts the harts at their first
   * instruction: hart 0 alone, or all of them where there is firmware.
   *
   * @throws ImageException if an image is none, is damaged, or they do not fit
   */
  public void load(BootImages images) throws ImageException {
    new BootLoader(config, images, memory).start(harts);
  }

  /** Returns the configuration. */
  public MachineConfig config() {
    return config;
  }

  /** Returns what the translator has done, if there is one; any thread may look. */
  public Optional<JitCounters> jitCounters() {
    return engine instanceof Translator translator
        ? Optional.of(translator.counters())
        : Optional.empty();
  }

  /** Returns where the engine is, if it is one that says so; any thread may look. */
  public Optional<Whereabouts> whereabouts() {
    return engine instanceof BurstEngine burst
        ? Optional.of(burst.whereabouts())
        : Optional.empty();
  }

  /** Returns guest memory. */
  public GuestMemory memory() {
    return memory;
  }

  /** Returns the time page. */
  public TimeBase timeBase() {
    return time;
  }

  /** Returns the Xen side: event channels, grants, ring pages. */
  public XenDomain xen() {
    return xen;
  }

  /** Returns the input side of the UART and of the SBI console. */
  public ConsoleInput consoleInput() {
    return board.consoleInput();
  }

  /**
   * Puts a device into one of the board's virtio slots.
   *
   * @param device answers at the slot's registers, and saves no state that its port saves
   * @return the slot's interrupt
   * @throws IllegalArgumentException if there is no such slot
   * @throws IllegalStateException if it is taken
   */
  public InterruptLine plugVirtio(int slot, MmioDevice device) {
    return board.plugVirtio(slot, device);
  }

  /** Sets where bytes of UART, SBI console and console_io go; the inside half of the console. */
  public void console(ConsoleOutput sink) {
    console = sink;
  }

  /** Sets who is told that the guest polls a port (arch_0 operation 0): its channel flushes. */
  public void onChannelPoll(IntConsumer listener) {
    channelPoll = listener;
  }

  /** Returns the harts by number, for tests that look at what has no accessor here. */
  List<Hart> harts() {
    return harts;
  }

  /**
   * Sets who is told that the guest puts a mark into the recording (arch_0 operation 1). It changes
   * nothing inside; the octets are the guest's and mean nothing in particular.
   */
  public void onMark(Consumer<byte[]> listener) {
    mark = listener;
  }

  /** Returns where in the run the machine stands. */
  public Position position() {
    return group.position();
  }

  /** Returns the boundary at which the machine stands. */
  public Boundary boundary() {
    Hart hart = scheduler.current();
    return new Boundary(position(), kind, hart.pc(), hart.id());
  }

  /** Returns guest time in ticks. */
  public long time() {
    return time.time(group.instret());
  }

  /** Returns how the guest ended the machine, if it has. */
  public Optional<Power> power() {
    return power;
  }

  /**
   * Whether the machine can execute: a hart is not waiting, or what it waits for is there. Which
   * hart runs next is settled then.
   */
  public boolean runnable() {
    board.refresh();
    return scheduler.select(canRun);
  }

  private boolean canRun(Hart hart) {
    return started(hart) && xen.runnable(hart);
  }

  /** Firmware has all harts from the start; else the SBI has them. */
  private boolean started(Hart hart) {
    return config.boot() == Firmware.MACHINE_FIRMWARE || sbi.started(hart.id());
  }

  /**
   * Runs up to {@code steps} steps; stops earlier at a call into the VMM, when the guest waits, and
   * when it ends the machine.
   */
  public void run(long steps) {
    long start = position().steps();
    long end = start + Math.min(steps, Long.MAX_VALUE - start);
    kind = Boundary.Kind.INTR;
    while (power.isEmpty() && kind == Boundary.Kind.INTR && runnable()) {
      long now = position().steps();
      if (now >= end) {
        return;
      }
      Hart hart = scheduler.current();
      hart.refreshTimer();
      long deadline = Math.min(hart.timerDeadline(), board.timerDeadline());
      long budget = Math.min(scheduler.left(), deadline - group.instret());
      advance(hart, Math.min(end - now, budget));
      scheduler.ran(position().steps() - now);
    }
  }

  /**
   * Counts an entry into the VMM of a machine that goes on waiting, so that positions stay unique.
   */
  public void reenter() {
    scheduler.current().countTrap();
    kind = Boundary.Kind.WFI;
  }

  /**
   * Returns the ticks of the next instant at which time alone may wake a waiting machine, if there
   * is one in the future.
   */
  public OptionalLong idleDeadline() {
    long instret = idleUntil();
    return instret == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(time.time(instret));
  }

  /** Moves time to {@link #idleDeadline}, if there is one: the idle rule of virtual time. */
  public void jumpToDeadline() {
    idleDeadline().ifPresent(ticks -> time.jump(ticks, group.instret()));
  }

  /**
   * Performs a commit: all stores, then the devices whose pages changed, then port activations.
   *
   * @throws IllegalArgumentException if a store names no frame; nothing is stored then
   */
  public void apply(Commit commit) {
    for (FrameUpdate update : commit.updates()) {
      if (!memory.isFrame(update.frame())) {
        throw new IllegalArgumentException("there is no frame " + update.frame());
      }
    }
    for (FrameUpdate update : commit.updates()) {
      memory.write(update.frame(), update.offset(), update.bytes(), 0, update.bytes().length);
    }
    commit.updates().stream().mapToInt(FrameUpdate::frame).distinct().forEach(memory::committed);
    commit.ports().forEach(xen.events()::raise);
  }

  /**
   * Returns the machine frame behind grant {@code ref} if domain 0 may use it now, else -1.
   *
   * @param writable whether it is to be stored to
   */
  public int grantedFrame(int ref, boolean writable) {
    return xen.grants().check(ref, writable ? Access.WRITE : Access.READ).frame();
  }

  /** Returns the digest of the present state; costs what has changed in memory since the last. */
  public StateDigest digest() {
    StateHash registers = new StateHash();
    exchangeHarts(StateExchange.saving(registers));
    StateHash devices = new StateHash();
    exchangeDevices(StateExchange.saving(devices));
    return new StateDigest(registers.value(), devices.value(), memoryDigest.value());
  }

  /** Returns the SHA-256 of registers, CSRs and counts. */
  public byte[] registerHash() {
    StrongHash hash = new StrongHash();
    exchangeHarts(StateExchange.saving(hash));
    return hash.value();
  }

  /** Returns the SHA-256 of all frames that are not zero, each behind its number. */
  public byte[] memoryHash() {
    StrongHash hash = new StrongHash();
    for (int frame = 0; frame < memory.frames(); frame++) {
      if (!memory.isZero(frame)) {
        hash.word(frame);
        hash.bytes(memory.bytes(), frame << GuestMemory.FRAME_SHIFT, GuestMemory.FRAME_BYTES);
      }
    }
    return hash.value();
  }

  /** Returns a few lines with position and registers, for reports. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append("position ").append(position()).append(", time ").append(time());
    if (harts.size() > 1) {
      text.append(", hart ").append(scheduler.current().id()).append(" runs");
    }
    text.append('\n');
    harts.forEach(hart -> describe(hart, text));
    return text.toString();
  }

  private void describe(Hart hart, StringBuilder text) {
    text.append("hart ").append(hart.id()).append(", pc ").append(hex(hart.pc()));
    text.append(", ").append(hart.privilege());
    text.append(started(hart) ? hart.waiting() ? ", waiting" : "" : ", stopped").append('\n');
    for (int register = 1; register < 32; register++) {
      text.append(
          String.format(
              "x%-2d %s%s", register, hex(hart.x(register)), register % 4 == 0 ? "\n" : "  "));
    }
    text.append('\n');
  }

  /**
   * Passes all state but that of ports. It can be restored into a machine of the same
   * configuration, whatever that has done before; ports are to be restored behind it.
   */
  @Override
  public void exchange(StateExchange exchange) {
    exchangeHarts(exchange);
    exchangeDevices(exchange);
    memory.exchange(exchange);
    kind = exchange.choice(kind, Boundary.Kind.values());
    power = power(exchange, power);
    if (exchange.restores()) {
      xen.restored();
    }
  }

  private static Optional<Power> power(StateExchange exchange, Optional<Power> power) {
    boolean ended = exchange.flag(power.isPresent());
    boolean restart = exchange.flag(power.filter(Power.Restart.class::isInstance).isPresent());
    int status = exchange.number(power.orElse(null) instanceof Power.Off(int code) ? code : 0);
    if (!exchange.restores()) {
      return power;
    }
    Power how = restart ? new Power.Restart() : new Power.Off(status);
    return ended ? Optional.of(how) : Optional.empty();
  }

  private void exchangeHarts(StateExchange exchange) {
    harts.forEach(hart -> hart.exchange(exchange));
    scheduler.exchange(exchange);
  }

  private void exchangeDevices(StateExchange exchange) {
    time.exchange(exchange);
    board.exchange(exchange);
    xen.exchange(exchange);
    sbi.exchange(exchange);
  }

  private void advance(Hart hart, long budget) {
    switch (engine.run(hart, budget)) {
      case ECALL -> {
        kind = Boundary.Kind.SBI;
        sbi.call(hart);
      }
      case WAIT -> kind = Boundary.Kind.WFI;
      case BUDGET, YIELD -> {}
    }
    if (hart.takePause()) {
      scheduler.pause();
    }
  }

  /** Returns the instret at which time alone may wake a hart. */
  private long idleUntil() {
    long instret = Math.min(board.timerDeadline(), xen.pollDeadline());
    for (Hart hart : harts) {
      hart.refreshTimer();
      instret = started(hart) ? Math.min(instret, hart.timerDeadline()) : instret;
    }
    return instret;
  }

  private long hypercall(Hart caller, int number) {
    kind = Boundary.Kind.HYPERCALL;
    return xen.hypercalls().call(caller, number);
  }

  private static String hex(long value) {
    return String.format("%016x", value);
  }

  private final class Extension implements ExtensionHandler {
    @Override
    public long poll(int port) {
      channelPoll.accept(port);
      return 0;
    }

    @Override
    public long mark(byte[] text) {
      mark.accept(text);
      return 0;
    }
  }

  private final class Switch implements PowerControl {
    @Override
    public void off(int code) {
      power = Optional.of(new Power.Off(code));
    }

    @Override
    public void reset() {
      power = Optional.of(new Power.Restart());
    }
  }
}
