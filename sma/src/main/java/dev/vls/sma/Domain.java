package dev.vls.sma;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Commit;
import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.Machine;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A machine with its ports, its inbox and its gate: the loop that runs the guest and performs
 * commits (DESIGN section 1.2).
 *
 * <p>Live, record and replay all run {@link #run}; they differ in the event source and in the
 * observers (R4). One thread, the domain's, calls {@link #run}; {@link #stop} may be called from
 * any thread, everything else before the run or between two runs.
 */
public final class Domain implements StateExchange.Restorable {
  /** Most characters of a remark. */
  public static final int MOST_REMARK = 4096;

  private static final int MOST_MARK_BYTES = 1 << 20;
  private static final int INBOX_PROGRAMS = 1024;

  /** HotSpot counts calls, and what it has compiled is used from the next call on. */
  private static final int TURNS_A_CALL = 1024;

  private final Machine machine;
  private final OutputGate gate;
  private final CaptureMode mode;
  private final Inbox inbox;
  private final EventAssembly assembly;
  private final Map<String, PortBinding> bindings = new LinkedHashMap<>();
  private final ReplayedPins pins;
  private final List<CommitObserver> observers = new ArrayList<>();
  private final DomainCounters counters = new DomainCounters();
  private final BooleanSupplier otherWork = this::hasOtherWork;
  private volatile Optional<String> stopReason = Optional.empty();
  private volatile Optional<RuntimeException> failure = Optional.empty();
  private LiveSource live;
  private String mark = "";

  /** Creates a domain around a machine that has not run yet. */
  public Domain(Machine machine, OutputGate gate, CaptureMode mode) {
    this.machine = machine;
    this.gate = gate;
    this.mode = mode;
    this.inbox = new Inbox(INBOX_PROGRAMS, gate::wake);
    this.assembly = new EventAssembly(machine);
    this.pins = new ReplayedPins(machine.xen().grants(), bindings.values());
    machine.onChannelPoll(this::channelPolled);
    machine.onMark(this::marked);
  }

  /** Returns the machine. */
  public Machine machine() {
    return machine;
  }

  /** Returns the gate. */
  public OutputGate gate() {
    return gate;
  }

  /** Returns what this domain has done so far. */
  public DomainCounters counters() {
    return counters;
  }

  /** Returns what has gone over the rings of the devices that are plugged in. */
  public List<RingCounters> rings() {
    return bindings.values().stream().flatMap(binding -> binding.rings().stream()).toList();
  }

  /**
   * Returns what the guest has remarked since the last event, for the recording; empty for nothing.
   * To be asked by observers.
   */
  public String mark() {
    return mark;
  }

  /** Adds an observer of commits; they are called in the order in which they were added. */
  public void observe(CommitObserver observer) {
    observers.add(observer);
  }

  /**
   * Plugs in a device's inside half and starts it. The order of calls is part of the machine's
   * configuration.
   *
   * @param name unique name, by which a back-end attaches
   * @throws IllegalArgumentException if the name is taken
   */
  public void plug(String name, DevicePort port) {
    PortBinding.Host host = new PortBinding.Host(machine, gate, inbox, mode);
    PortBinding binding = new PortBinding(bindings.size() + 1, name, port, host);
    if (bindings.putIfAbsent(name, binding) != null) {
      throw new IllegalArgumentException("two devices are named " + name);
    }
    port.start(binding);
  }

  /**
   * Attaches a back-end to the device {@code name}, after detaching any other; the port tells it
   * where things stand.
   */
  public void attach(String name, Backend backend) {
    binding(name).attach(backend, this::failed);
  }

  /**
   * Detaches the device's back-end without closing it: requests stay outstanding, what it has
   * pushed and is not committed is answered as detached, and pins of its own are taken back at the
   * next boundary.
   */
  public void detach(String name) {
    binding(name).detach();
  }

  /**
   * Returns an event source that runs this domain live from where it stands; pins of back-ends that
   * were attached while it was somewhere else are taken back at the first boundary.
   */
  public EventSource live(TimePolicy time) {
    bindings.values().forEach(PortBinding::takeBackPinsElsewhere);
    live =
        new LiveSource(
            inbox, gate, time, machine.timeBase(), assembly, () -> stopReason, this::owed);
    return live;
  }

  private boolean owed() {
    return bindings.values().stream().anyMatch(PortBinding::owed);
  }

  /**
   * Ends a live run at the next boundary: the present one, or else the next. Any thread.
   *
   * @param reason what {@link Outcome.Ended} says
   */
  public void stop(String reason) {
    stopReason = Optional.of(reason);
    inbox.wake();
    gate.wake();
  }

  /**
   * Has something remarked about the next instant of a live run, in an event that changes nothing
   * else: for people who look for a place in a recording. Any thread.
   *
   * @param text at most {@link #MOST_REMARK} characters
   * @throws IllegalArgumentException if it is empty or longer
   * @throws InterruptedException if interrupted while the inbox is full; then nothing is remarked
   */
  public void remark(String text) throws InterruptedException {
    if (text.isEmpty() || text.length() > MOST_REMARK) {
      throw new IllegalArgumentException("a remark of " + text.length() + " characters");
    }
    inbox.put(new Submission.Remark(text));
  }

  /**
   * Returns what a back-end has thrown, if one has: that back-end gets no more messages, and the
   * live run ends. Any thread.
   */
  public Optional<RuntimeException> failure() {
    return failure;
  }

  /** Returns how many programs wait in the inbox. Any thread. */
  public int inboxDepth() {
    return inbox.depth();
  }

  /**
   * Runs the machine until it powers off or the source ends the run; it may then be run on with
   * another source.
   *
   * @throws InterruptedException if the thread is interrupted while the machine waits
   */
  public Outcome run(EventSource source) throws InterruptedException {
    Optional<Outcome> outcome;
    do {
      outcome = turns(source);
    } while (outcome.isEmpty());
    return outcome.get();
  }

  /** Some turns of {@link #run}; empty if it goes on. */
  private Optional<Outcome> turns(EventSource source) throws InterruptedException {
    for (int turn = 0; turn < TURNS_A_CALL; turn++) {
      if (machine.power().isPresent()) {
        return machine.power().map(Domain::outcome);
      }
      boolean room = gate.awaitRoom(otherWork);
      Answer answer = ask(source, machine.runnable());
      if (answer instanceof Answer.End(String reason)) {
        stopReason = Optional.empty();
        return Optional.of(new Outcome.Ended(reason));
      }
      if (!(answer instanceof Answer.Continue)) {
        perform(answer, source);
      }
      if (machine.runnable()) {
        machine.run(room ? Math.max(1, source.budget(machine.position())) : 1);
        counters.steps(machine.position().steps());
      }
    }
    return Optional.empty();
  }

  /**
   * What has to go on while output is too far behind: a full inbox blocks the back-ends that would
   * make room.
   */
  private boolean hasOtherWork() {
    return stopReason.isPresent() || inbox.isFull();
  }

  private Answer ask(EventSource source, boolean runnable) throws InterruptedException {
    if (!runnable) {
      return source.await(machine, boundary());
    }
    return source.poll(machine, boundary());
  }

  private void perform(Answer answer, EventSource source) {
    switch (answer) {
      case Answer.Delivery event -> {
        commit(event);
        source.delivered();
      }
      case Answer.Jump jump -> {
        machine.jumpToDeadline();
        reenter();
      }
      case Answer.Continue nothing -> {}
      case Answer.End end -> throw new IllegalStateException(end.reason());
    }
  }

  private void commit(Answer.Delivery event) {
    Boundary at = boundary();
    if (!assembly.isOwn(event)) {
      pins.replayed(event);
    }
    gate.beginCommit();
    List<FrameUpdate> updates = new ArrayList<>();
    for (Transfer transfer : event.transfers()) {
      updates.addAll(transfer.updates());
    }
    try {
      machine.apply(new Commit(updates, event.ports()));
    } finally {
      gate.endCommit();
    }
    counters.committed(event, machine.xen().grants()::isStatusFrame);
    for (CommitObserver observer : observers) {
      observer.committed(at, event);
    }
    mark = "";
    reenter();
  }

  /**
   * A machine that still waits enters the VMM once more, so that no two events share a position
   * (DESIGN section 4).
   */
  private void reenter() {
    if (!machine.runnable()) {
      machine.reenter();
    }
  }

  private Boundary boundary() {
    return machine.boundary();
  }

  /** Keeps the guest's remark for the event that is made for it at the next boundary. */
  private void marked(byte[] text) {
    String words = new String(text, StandardCharsets.UTF_8);
    mark = mark.isEmpty() ? words : mark + "\n" + words;
    gate.needMark();
  }

  private void channelPolled(int eventPort) {
    if (live == null) {
      return;
    }
    for (PortBinding binding : bindings.values()) {
      if (binding.pollPort() == eventPort) {
        live.polled(binding);
      }
    }
  }

  /** Writes the state of all inside halves, in the order in which they were plugged in. */
  public void savePorts(StateSink sink) {
    bindings.values().forEach(binding -> binding.port().save(sink));
  }

  /**
   * Passes everything inside: the machine, then the inside halves in the order in which they were
   * plugged in. Between two runs, and to be restored into a domain of the same configuration before
   * a back-end is attached: {@link #attach} then tells it where things stand.
   */
  @Override
  public void exchange(StateExchange exchange) {
    machine.exchange(exchange);
    bindings.values().forEach(binding -> binding.port().exchange(exchange));
    bindings.values().forEach(binding -> binding.exchangePins(exchange));
    mark = exchange.text(mark, MOST_MARK_BYTES);
  }

  private void failed(String name, RuntimeException cause) {
    failure = Optional.of(cause);
    stop("the back-end of " + name + " failed: " + cause);
  }

  private PortBinding binding(String name) {
    PortBinding binding = bindings.get(name);
    if (binding == null) {
      throw new IllegalArgumentException(
          "no device is named " + name + "; there are " + bindings.keySet());
    }
    return binding;
  }

  private static Outcome outcome(Machine.Power power) {
    return switch (power) {
      case Machine.Power.Off(int status) -> new Outcome.PoweredOff(status);
      case Machine.Power.Restart() -> new Outcome.Restart();
    };
  }
}
