package dev.vls.bench.guest;

import dev.vls.bench.result.Estimate;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Trace;
import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.net.NetBackend;
import dev.vls.drivers.net.NetCounters;
import dev.vls.log.LogException;
import dev.vls.log.store.LogCounters;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.LogWriter;
import dev.vls.replay.LogFeed;
import dev.vls.replay.LogSink;
import dev.vls.replay.LogSource;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recorder;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtioDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Answer;
import dev.vls.sma.CommitObserver;
import dev.vls.sma.Domain;
import dev.vls.sma.EventSource;
import dev.vls.sma.HostClock;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.EngineKind;
import dev.vls.vmm.board.ImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Runs workloads, each in a fresh machine. Clocks run from the guest's first instruction to its
 * power-off; building the machine comes before, and what closing costs is measured apart.
 *
 * <p>One thread: it becomes each domain's thread, but where two machines run in turns, which have
 * threads of their own.
 */
public final class GuestRunner {
  private static final double NS_PER_S = 1e9;

  private final GuestImages images;
  private final Path folder;
  private int pairs;

  /**
   * Creates a runner.
   *
   * @param folder for disks and sockets; logs go where the caller says
   */
  public GuestRunner(GuestImages images, Path folder) {
    this.images = images;
    this.folder = folder;
  }

  /**
   * How a run goes on: by itself, or in turns with another.
   *
   * @param clock the host's, for a live run
   * @param events changes where its events come from
   */
  private record Pace(HostClock clock, UnaryOperator<EventSource> events) {
    static Pace alone(UnaryOperator<EventSource> events) {
      return new Pace(HostClock.SYSTEM, events);
    }

    static Pace of(Turns turns) {
      return new Pace(turns.clock(), turns::over);
    }
  }

  /** Returns the images that are run. */
  public GuestImages images() {
    return images;
  }

  /** Runs {@code workload} live. */
  public Measurement plain(Workload workload) throws Exception {
    return plain(workload, UnaryOperator.identity());
  }

  /**
   * Runs {@code workload} live.
   *
   * @param events changes where its events come from
   */
  public Measurement plain(Workload workload, UnaryOperator<EventSource> events) throws Exception {
    return plain(workload, Pace.alone(events));
  }

  private Measurement plain(Workload workload, Pace pace) throws Exception {
    CapturingConsole console = new CapturingConsole();
    try (Live live = live(workload, console)) {
      Map<Metric, Double> values = new EnumMap<>(Metric.class);
      Ended ended = measure(live, pace, Optional.empty(), values);
      return new Measurement(console.text(), values, Optional.of(ended.trace()));
    }
  }

  /** Runs {@code workload} live and records it. */
  public Measurement record(Workload workload, Path log) throws Exception {
    return record(workload, log, UnaryOperator.identity());
  }

  /**
   * Runs {@code workload} live and records it.
   *
   * @param events changes where its events come from
   */
  public Measurement record(Workload workload, Path log, UnaryOperator<EventSource> events)
      throws Exception {
    return record(workload, log, Pace.alone(events));
  }

  private Measurement record(Workload workload, Path log, Pace pace) throws Exception {
    CapturingConsole console = new CapturingConsole();
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    Trace trace;
    try (Live live = live(workload, console);
        LogWriter writer = writer(live.vm().spec(), log)) {
      VirtualMachine vm = live.vm();
      Recorder recorder = new Recorder(vm.domain(), new LogSink(writer));
      TimedObserver timed = new TimedObserver(recorder);
      vm.domain().observe(timed);
      Ended ended = measure(live, pace, Optional.of(writer.counters()), values);
      trace = ended.trace();
      values.put(Metric.RECORDER, timed.ns / NS_PER_S);
      long closingNs = System.nanoTime();
      recorder.end(ended.outcome());
      values.put(Metric.CLOSE, (System.nanoTime() - closingNs) / NS_PER_S);
    }
    values.putAll(LogFacts.of(log));
    return new Measurement(console.text(), values, Optional.of(trace));
  }

  /**
   * Runs {@code workload} live and records some of its events and others not, to see what that
   * costs; the log is good for nothing else.
   *
   * @param events changes where its events come from
   */
  public Measurement recordInTurns(Workload workload, Path log, UnaryOperator<EventSource> events)
      throws Exception {
    CapturingConsole console = new CapturingConsole();
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    try (Live live = live(workload, console);
        LogWriter writer = writer(live.vm().spec(), log)) {
      VirtualMachine vm = live.vm();
      SwitchedObserver switched =
          new SwitchedObserver(new Recorder(vm.domain(), new LogSink(writer)));
      vm.domain().observe(switched);
      Ended ended = measure(live, Pace.alone(events), Optional.empty(), values);
      Estimate cost = switched.cost();
      values.put(Metric.COST, cost.mean());
      values.put(Metric.COST_ERROR, cost.error());
      values.put(Metric.TURNS, (double) cost.count());
      return new Measurement(console.text(), values, Optional.of(ended.trace()));
    }
  }

  /**
   * Replays a recording; a difference throws {@link dev.vls.replay.DivergenceException}.
   *
   * @throws WrongResultException if the recording has no end
   */
  public Measurement replay(Path log) throws Exception {
    return replay(log, Pace.alone(UnaryOperator.identity()));
  }

  private Measurement replay(Path log, Pace pace) throws Exception {
    CapturingConsole console = new CapturingConsole();
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    try (LogReader reader = LogReader.open(log);
        VirtualMachine vm = create(MachineSpec.of(reader.directory()), EngineKind.TRANSLATOR)) {
      vm.attach(StandardDevices.CONSOLE, console);
      LogSource source = vm.replay(new LogFeed(reader), Long.MAX_VALUE);
      Ended ended = clocked(vm.domain(), pace.events().apply(source), Optional.empty(), values);
      if (source.isCut()) {
        throw new WrongResultException("the recording " + log + " has no end");
      }
      long closingNs = System.nanoTime();
      source.verifyEnd(ended.outcome());
      values.put(Metric.CLOSE, (System.nanoTime() - closingNs) / NS_PER_S);
      return new Measurement(console.text(), values, Optional.of(ended.trace()));
    }
  }

  /**
   * Runs two workloads live, in turns.
   *
   * @param turnSteps length of a turn, the same for both
   */
  public TurnPair plainInTurns(Workload first, Workload second, long turnSteps) throws Exception {
    return inTurns(
        turnSteps, turns -> plain(first, Pace.of(turns)), turns -> plain(second, Pace.of(turns)));
  }

  /**
   * Runs {@code workload} live and records it, in turns with the replay of a recording; as {@link
   * #record} and {@link #replay} do. The first of the pair is the recorded run.
   *
   * @param recorded where it is recorded to
   * @param replayed the other recording
   * @param turnSteps length of a turn, the same for both
   */
  public TurnPair replayInTurns(Workload workload, Path recorded, Path replayed, long turnSteps)
      throws Exception {
    return inTurns(
        turnSteps,
        turns -> record(workload, recorded, Pace.of(turns)),
        turns -> replay(replayed, Pace.of(turns)));
  }

  /**
   * Neither guest begins before both machines are built and the garbage is collected. The side that
   * begins, whose code HotSpot compiles first, is the other one each time.
   */
  private TurnPair inTurns(
      long turnSteps, Relay.Leg<Measurement> first, Relay.Leg<Measurement> second)
      throws Exception {
    Relay relay = new Relay(turnSteps);
    if (pairs++ % 2 == 0) {
      List<Measurement> both = relay.run(first, second);
      return new TurnPair(both.getFirst(), both.getLast(), relay.ratio());
    }
    List<Measurement> both = relay.run(second, first);
    return new TurnPair(both.getLast(), both.getFirst(), relay.inverseRatio());
  }

  /** A machine that can run live, and what its network card's back-end counts. */
  private record Live(VirtualMachine vm, Optional<NetCounters> net) implements AutoCloseable {
    /** A frame that is dropped makes the guest fail; this says why. */
    void requireNothingDropped() throws WrongResultException {
      long dropped = net.map(n -> n.sendDropped() + n.receiveDropped()).orElse(0L);
      if (dropped > 0) {
        throw new WrongResultException(
            "%s: %d frames were dropped; nothing was measured"
                .formatted(vm.spec().images().first().name(), dropped));
      }
    }

    @Override
    public void close() {
      vm.close();
    }
  }

  private Live live(Workload workload, CapturingConsole console) throws Exception {
    VirtualMachine vm = create(workload.spec(images), workload.engine());
    try {
      vm.attach(StandardDevices.CONSOLE, console);
      if (workload.disk().isPresent()) {
        vm.attach(
            StandardDevices.diskName(0),
            new BlockBackend("bench", workload.disk().get().open(folder), vm::fail));
      }
      Optional<NetBackend> net = Optional.empty();
      if (workload.net().isPresent()) {
        net =
            Optional.of(
                new NetBackend("bench", workload.net().get().open(folder, vm::fail), vm::fail));
        vm.attach(VirtioDevices.netName(0), net.get());
      }
      return new Live(vm, net.map(NetBackend::counters));
    } catch (HostException | RuntimeException e) {
      vm.close();
      throw e;
    }
  }

  private static VirtualMachine create(MachineSpec spec, EngineKind engine)
      throws ImageException, LogException {
    return VirtualMachine.create(spec, engine, StandardDevices.KINDS, OutputGate.Release.IMMEDIATE);
  }

  private static LogWriter writer(MachineSpec spec, Path log) throws LogException {
    return spec.newLog(log, "vls bench");
  }

  /** How a run ended, and how it went on. */
  private record Ended(Outcome outcome, Trace trace) {}

  /** Runs a live machine to its power-off. */
  private static Ended measure(
      Live live, Pace pace, Optional<LogCounters> log, Map<Metric, Double> values)
      throws WrongResultException, IOException, InterruptedException {
    VirtualMachine vm = live.vm();
    Ended ended = clocked(vm.domain(), pace.events().apply(vm.live(pace.clock())), log, values);
    if (vm.failure().isPresent()) {
      throw vm.failure().get();
    }
    live.requireNothingDropped();
    if (!ended.outcome().equals(new Outcome.PoweredOff(0))) {
      throw new WrongResultException(
          "%s ended with %s instead of a power-off with status 0"
              .formatted(vm.spec().images().first().name(), ended.outcome()));
    }
    return ended;
  }

  /** Runs a domain; the garbage of earlier runs is collected before the clocks start. */
  private static Ended clocked(
      Domain domain, EventSource source, Optional<LogCounters> log, Map<Metric, Double> values)
      throws InterruptedException {
    System.gc();
    Clocks clocks = Clocks.start();
    try (TraceSampler sampler = new TraceSampler(domain.counters(), log)) {
      Outcome outcome = domain.run(source);
      clocks.stop(values);
      Trace trace = sampler.stop();
      double instructions = domain.machine().position().instret();
      values.put(Metric.INSTRUCTIONS, instructions);
      values.put(Metric.EVENTS, (double) domain.counters().events());
      values.put(Metric.SMA_STORED, (double) domain.counters().bytes());
      trace.putSteady(instructions, values);
      return new Ended(outcome, trace);
    }
  }

  /** Clocks what the domain's thread spends in an observer. */
  private static final class TimedObserver implements CommitObserver {
    private final CommitObserver observer;
    private long ns;

    TimedObserver(CommitObserver observer) {
      this.observer = observer;
    }

    @Override
    public void committed(Boundary at, Answer.Delivery event) {
      long startNs = System.nanoTime();
      observer.committed(at, event);
      ns += System.nanoTime() - startNs;
    }
  }
}
