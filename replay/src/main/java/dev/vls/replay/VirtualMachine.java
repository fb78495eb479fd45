package dev.vls.replay;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.sma.Backend;
import dev.vls.sma.DevicePort;
import dev.vls.sma.Domain;
import dev.vls.sma.EventSource;
import dev.vls.sma.HostClock;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.sma.TimePolicy;
import dev.vls.sma.VirtualTime;
import dev.vls.sma.WallTime;
import dev.vls.vmm.EngineKind;
import dev.vls.vmm.Machine;
import dev.vls.vmm.SavedState;
import dev.vls.vmm.StateException;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A machine with its devices, ready to run live or to be replayed: the entry to VLS as a library
 * (docs/embedding.md).
 *
 * <p>The thread that calls {@link #run}, {@link #record} or {@link Domain#run} is the domain's
 * thread; {@link #stop} may be called from any.
 */
public final class VirtualMachine implements AutoCloseable {
  /** Bytes of output that may wait for a slow console, disk or follower before the guest pauses. */
  static final long OUTPUT_WAITING_BYTES = 4L << 20;

  private final MachineSpec spec;
  private final Domain domain;
  private final Map<String, Backend> backends = new LinkedHashMap<>();
  private final AtomicReference<HostException> failure = new AtomicReference<>();

  private VirtualMachine(MachineSpec spec, Domain domain) {
    this.spec = spec;
    this.domain = domain;
  }

  /** Builds a machine that translates what is hot; see the other method of this name. */
  public static VirtualMachine create(
      MachineSpec spec, DeviceKinds kinds, OutputGate.Release release)
      throws ImageException, LogException {
    return create(spec, EngineKind.TRANSLATOR, kinds, release);
  }

  /**
   * Builds a machine: RAM, board, devices in order, and the image.
   *
   * @param engine makes what executes it, see {@link EngineKind}; no influence on what it does
   * @param kinds makes the devices' inside halves
   * @param release when output may leave
   * @throws ImageException if the image is not one or does not fit
   * @throws ReplayException if a device cannot be made or plugged in: unknown kind, options that
   *     make no sense, one too many of its kind; or if a saved state is not one of such a machine
   * @throws LogException if the images come from a log and are damaged, whatever else came of that
   */
  public static VirtualMachine create(
      MachineSpec spec,
      Function<GuestMemory, Engine> engine,
      DeviceKinds kinds,
      OutputGate.Release release)
      throws ImageException, LogException {
    VirtualMachine vm;
    try {
      vm = build(spec, engine, kinds, release);
    } catch (ImageException | ReplayException e) {
      spec.images().requireSound();
      throw e;
    }
    spec.images().requireSound();
    return vm;
  }

  private static VirtualMachine build(
      MachineSpec spec,
      Function<GuestMemory, Engine> engine,
      DeviceKinds kinds,
      OutputGate.Release release)
      throws ImageException {
    Machine machine = new Machine(spec.machine(), engine);
    Domain domain =
        new Domain(machine, new OutputGate(release, OUTPUT_WAITING_BYTES), spec.capture());
    PluggedPorts plugged = new PluggedPorts();
    for (DeviceSpec device : spec.devices()) {
      plugged.ports.add(plug(device, kinds.kind(device.kind()), plugged, domain));
    }
    Optional<SavedState> state = spec.images().state();
    if (state.isPresent()) {
      restore(state.get(), domain);
    } else {
      machine.load(spec.images().boot());
    }
    return new VirtualMachine(spec, domain);
  }

  private static void restore(SavedState state, Domain domain) {
    try {
      state.restore(domain);
    } catch (StateException e) {
      throw new ReplayException(
          "the machine cannot go on from where it was saved: " + e.getMessage());
    }
  }

  private static DevicePort plug(
      DeviceSpec device, DeviceKind kind, PluggedPorts plugged, Domain domain) {
    try {
      DevicePort port = kind.port(device, plugged);
      domain.plug(device.name(), port);
      return port;
    } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
      throw new ReplayException(
          "device '%s' of kind '%s' cannot be plugged in: %s"
              .formatted(device.name(), device.kind(), e.getMessage()));
    }
  }

  /** Returns what this machine was built from. */
  public MachineSpec spec() {
    return spec;
  }

  /**
   * Saves the machine as it stands, for one that goes on from there: a log without events, whose
   * only image is the state. What is behind disks is not in it. On the domain's thread, when the
   * guest does not run.
   *
   * @param directory must not exist yet
   * @param creator name and version of the saving program
   * @throws LogException if the directory exists or cannot be written
   */
  public void save(Path directory, String creator) throws LogException {
    Bytes state = Bytes.wrap(SavedState.of(domain).bytes());
    GuestImage image = new GuestImage(GuestImage.Role.STATE, spec.images().first().name(), state);
    var _ = spec.from(new GuestImages(List.of(image))).newDirectory(directory, creator);
  }

  /** Returns the domain, for observers and for other event sources. */
  public Domain domain() {
    return domain;
  }

  /**
   * Attaches a back-end, which this machine closes; replaces and closes one that was attached
   * before.
   */
  public void attach(String device, Backend backend) {
    domain.attach(device, backend);
    Backend before = backends.put(device, backend);
    if (before != null) {
      before.close();
    }
  }

  /** Runs the guest live until it ends or {@link #stop} is called. */
  public Outcome run() throws InterruptedException {
    return domain.run(live(HostClock.SYSTEM));
  }

  /** Runs the guest live and gives every event to {@code sink}, its end included. */
  public Outcome record(EventSink sink) throws InterruptedException {
    Recorder recorder = new Recorder(domain, sink);
    domain.observe(recorder);
    Outcome outcome = run();
    recorder.end(outcome);
    return outcome;
  }

  /** Returns the source of a live run from where the machine stands. */
  public EventSource live(HostClock clock) {
    TimePolicy policy =
        switch (spec.time()) {
          case WALL -> new WallTime(clock);
          case VIRTUAL -> new VirtualTime();
        };
    return domain.live(policy);
  }

  /** Returns the replayer of a recording of this machine, registered as observer. */
  public LogSource replay(EventFeed feed, long until) {
    LogSource.IdleRule idle =
        spec.time() == MachineSpec.Time.VIRTUAL
            ? LogSource.IdleRule.JUMP
            : LogSource.IdleRule.EVENT;
    LogSource source = new LogSource(domain, feed, idle, until);
    domain.observe(source);
    return source;
  }

  /**
   * Ends the run because a back-end cannot go on; {@link #failure} tells why. The first failure
   * counts. Any thread.
   */
  public void fail(HostException e) {
    if (failure.compareAndSet(null, e)) {
      stop(e.getMessage());
    }
  }

  /** Returns the failure that ended the run, if one did. Any thread. */
  public Optional<HostException> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Ends a live run at the next boundary. Any thread. */
  public void stop(String reason) {
    domain.stop(reason);
  }

  /** Closes the back-ends: what the guest has said so far reaches the world, and nothing more. */
  public void closeBackends() {
    backends.values().forEach(Backend::close);
    backends.clear();
  }

  @Override
  public void close() {
    closeBackends();
  }

  private static final class PluggedPorts implements DeviceKind.Plugged {
    private final List<DevicePort> ports = new ArrayList<>();

    @Override
    public <P extends DevicePort> P find(Class<P> type) {
      return ports.stream()
          .filter(type::isInstance)
          .map(type::cast)
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "a device needs a " + type.getSimpleName() + " plugged in before it"));
    }
  }
}
