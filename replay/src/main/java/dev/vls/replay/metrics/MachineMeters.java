package dev.vls.replay.metrics;

import dev.vls.log.store.LogCounters;
import dev.vls.log.wire.FollowerLink;
import dev.vls.log.wire.WireCounters;
import dev.vls.replay.role.Follower;
import dev.vls.replay.role.Leader;
import dev.vls.sma.Domain;
import dev.vls.sma.DomainCounters;
import dev.vls.sma.RingCounters;
import dev.vls.vmm.jit.JitCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * Binds the counters of a machine, of its log and of its stream to a registry; names are in
 * docs/metrics.md.
 */
public final class MachineMeters {
  private static final double NS_PER_SECOND = 1e9;

  private final MeterRegistry registry;

  /** Creates a binder for {@code registry}. */
  public MachineMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Binds a domain. */
  public void bind(Domain domain) {
    DomainCounters counters = domain.counters();
    count(
        "vls.machine.steps",
        "Instructions retired and traps taken",
        counters,
        DomainCounters::steps);
    count("vls.events", "Committed events", counters, DomainCounters::events);
    count("vls.sma.bytes", "Bytes stored by SMA programs", counters, DomainCounters::bytes);
    commits("update", counters, DomainCounters::transfers);
    commits("activation", counters, DomainCounters::activations);
    commits("exclusion", counters, DomainCounters::exclusions);
    commits("time", counters, DomainCounters::rebases);
    domain.rings().forEach(this::bind);
    domain.machine().jitCounters().ifPresent(this::bind);
    gauge(
        "vls.inbox.depth", "Programs that wait for the next boundary", domain, Domain::inboxDepth);
    gauge(
        "vls.gate.held",
        "Output messages that wait for stability",
        domain.gate(),
        gate -> gate.heldMessages());
  }

  /** Binds a log's writer. */
  public void bind(LogCounters counters) {
    frames("sma", counters, LogCounters::smaFrames);
    frames("brk", counters, LogCounters::events);
    bytes("sma", counters, LogCounters::smaBytes);
    bytes("brk", counters, LogCounters::brkBytes);
    count("vls.log.syncs", "Times the log was forced to disk", counters, LogCounters::syncs);
    count("vls.log.pauses", "Times the guest paused for the log", counters, LogCounters::pauses);
  }

  /** Binds a leader: its stream and how far the follower is behind. */
  public void bind(Leader leader) {
    bind(leader.counters());
    gauge("vls.wire.credits", "Bytes of events that may be sent", leader, Leader::credits);
    gauge(
        "vls.wire.unstable",
        "Events that the follower does not hold yet",
        leader,
        Leader::unstableEvents);
    gauge(
        "vls.console.acknowledged",
        "Bytes of console output that a client has acknowledged",
        leader,
        Leader::acknowledgedConsole);
  }

  /** Binds a follower: its stream and how far its replay is behind. */
  public void bind(Follower follower) {
    bind(follower.link().counters());
    gauge(
        "vls.replay.behind",
        "Events that wait for their replay",
        follower.link(),
        FollowerLink::queueDepth);
  }

  private void bind(WireCounters counters) {
    count("vls.wire.events", "Events sent or received", counters, WireCounters::events);
    count("vls.wire.bytes", "Bytes of their frames", counters, WireCounters::eventBytes);
    count("vls.wire.acks", "Acknowledgements", counters, WireCounters::acks);
    count("vls.wire.heartbeats", "Heartbeats sent", counters, WireCounters::heartbeatsOut);
    count("vls.wire.pauses", "Times the guest paused for credit", counters, WireCounters::pauses);
    count(
        "vls.wire.paused.seconds",
        "How long it paused in all",
        counters,
        wire -> wire.pausedNs() / NS_PER_SECOND);
  }

  private void bind(JitCounters jit) {
    steps("translated", jit, JitCounters::translated);
    steps("interpreted", jit, JitCounters::interpreted);
    exits("jump", jit, JitCounters::jumps);
    exits("interpret", jit, JitCounters::handedOver);
    exits("slow", jit, JitCounters::slow);
    exits("budget", jit, JitCounters::exhausted);
    gauge("vls.jit.regions", "Regions of translated code", jit, JitCounters::regions);
    count("vls.jit.planned", "Regions planned for translation", jit, JitCounters::planned);
    count("vls.jit.refused", "Plans of more code than is compiled", jit, JitCounters::tooLarge);
    count("vls.jit.dropped", "Regions dropped", jit, JitCounters::dropped);
  }

  private void steps(String tier, JitCounters jit, ToDoubleFunction<JitCounters> value) {
    FunctionCounter.builder("vls.jit.steps", jit, value)
        .description("Steps made by the translating engine by tier")
        .tag("tier", tier)
        .register(registry);
  }

  private void exits(String reason, JitCounters jit, ToDoubleFunction<JitCounters> value) {
    FunctionCounter.builder("vls.jit.exits", jit, value)
        .description("Exits from translated code by reason")
        .tag("reason", reason)
        .register(registry);
  }

  private void bind(RingCounters ring) {
    ring("vls.ring.requests", "Requests taken off rings", ring, RingCounters::requests);
    ring("vls.ring.responses", "Responses put on rings", ring, RingCounters::responses);
  }

  private void ring(
      String name, String description, RingCounters ring, ToDoubleFunction<RingCounters> value) {
    FunctionCounter.builder(name, ring, value)
        .description(description)
        .tag("device", ring.device())
        .tag("frontend", ring.frontEnd())
        .register(registry);
  }

  private void commits(
      String way, DomainCounters counters, ToDoubleFunction<DomainCounters> value) {
    FunctionCounter.builder("vls.commits", counters, value)
        .description("Changes of shared state by way")
        .tag("way", way)
        .register(registry);
  }

  private void frames(String type, LogCounters counters, ToDoubleFunction<LogCounters> value) {
    FunctionCounter.builder("vls.log.frames", counters, value)
        .description("Frames written to the log by type")
        .tag("type", type)
        .register(registry);
  }

  private void bytes(String type, LogCounters counters, ToDoubleFunction<LogCounters> value) {
    FunctionCounter.builder("vls.log.bytes", counters, value)
        .description("Bytes written to the log by type")
        .tag("type", type)
        .register(registry);
  }

  private <T> void count(String name, String description, T object, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, object, value).description(description).register(registry);
  }

  private <T> void gauge(String name, String description, T object, ToDoubleFunction<T> value) {
    Gauge.builder(name, object, value).description(description).register(registry);
  }
}
