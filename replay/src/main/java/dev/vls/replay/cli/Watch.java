package dev.vls.replay.cli;

import dev.vls.log.store.LogCounters;
import dev.vls.log.wire.WireCounters;
import dev.vls.replay.VirtualMachine;
import dev.vls.replay.metrics.MachineMeters;
import dev.vls.replay.metrics.MetricsServer;
import dev.vls.replay.role.Follower;
import dev.vls.replay.role.Leader;
import dev.vls.sma.DomainCounters;
import dev.vls.sma.HostException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Watches one run from outside: serves its meters and sums it up. */
final class Watch implements AutoCloseable {
  private final VirtualMachine vm;
  private final Optional<PrintWriter> summary;
  private final Optional<MetricsServer> server;
  private final Optional<Profiling> profiling;
  private final MachineMeters meters;
  private final long startedNs = System.nanoTime();
  private final long startedSteps;
  private Optional<LogCounters> log = Optional.empty();
  private Optional<Supplier<String>> wire = Optional.empty();

  /**
   * @param summary where to print one at the end
   * @param port where to serve meters
   * @param profiling samples the guest from here on; closed by this
   */
  Watch(
      VirtualMachine vm,
      Optional<PrintWriter> summary,
      Optional<Integer> port,
      Optional<Profiling> profiling,
      PrintWriter err)
      throws HostException {
    this.vm = vm;
    this.profiling = profiling;
    startedSteps = vm.domain().machine().position().steps();
    this.summary = summary;
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    meters = new MachineMeters(registry);
    meters.bind(vm.domain());
    if (port.isPresent()) {
      MetricsServer opened = MetricsServer.open(port.get(), registry);
      server = Optional.of(opened);
      err.printf("vls: meters at http://localhost:%d/metrics%n", opened.port());
      err.flush();
    } else {
      server = Optional.empty();
    }
    profiling.ifPresent(Profiling::start);
  }

  /** Watches the run's log too. */
  void log(LogCounters counters) {
    log = Optional.of(counters);
    meters.bind(counters);
  }

  /** Watches the leading side's stream too. */
  void leader(Leader leader) {
    meters.bind(leader);
    wire =
        Optional.of(
            () ->
                "%s; console: %d bytes acknowledged"
                    .formatted(words(leader.counters()), leader.acknowledgedConsole()));
  }

  /** Watches the following side's stream too. */
  void follower(Follower follower) {
    meters.bind(follower);
    wire =
        Optional.of(
            () ->
                "%s; on average %.1f and at most %d events waited for their replay"
                    .formatted(
                        words(follower.link().counters()),
                        follower.meanEventsBehind(),
                        follower.mostEventsBehind()));
  }

  private static String words(WireCounters counters) {
    return "%d events with %d bytes, %d pauses of %d ms in all"
        .formatted(
            counters.events(),
            counters.eventBytes(),
            counters.pauses(),
            TimeUnit.NANOSECONDS.toMillis(counters.pausedNs()));
  }

  /** Prints the summary and the profile, where they were asked for. */
  void finished(String how) {
    summary.ifPresent(out -> print(out, how));
    profiling.ifPresent(Profiling::print);
  }

  @Override
  public void close() {
    server.ifPresent(MetricsServer::close);
    profiling.ifPresent(Profiling::close);
  }

  private void print(PrintWriter out, String how) {
    DomainCounters counters = vm.domain().counters();
    double seconds = Duration.ofNanos(System.nanoTime() - startedNs).toMillis() / 1000.0;
    out.printf("vls: %s after %.2f s%n", how, seconds);
    out.printf(
        "vls: position %s, %.1f million steps per second%n",
        vm.domain().machine().position(),
        (counters.steps() - startedSteps) / Math.max(seconds, 0.001) / 1e6);
    out.printf(
        "vls: %d events: %d programs with %d bytes, %d port activations, %d re-bases of time%n",
        counters.events(),
        counters.transfers(),
        counters.bytes(),
        counters.activations(),
        counters.rebases());
    vm.domain().machine().jitCounters().ifPresent(jit -> out.printf("vls: translator: %s%n", jit));
    vm.domain().rings().stream()
        .filter(ring -> ring.requests() + ring.responses() > 0)
        .forEach(
            ring ->
                out.printf(
                    "vls: ring of %s (%s): %d requests, %d responses%n",
                    ring.device(), ring.frontEnd(), ring.requests(), ring.responses()));
    log.ifPresent(
        written ->
            out.printf(
                "vls: log: %d SMA frames with %d bytes, %d BRK frames with %d bytes, %.0f bytes per"
                    + " second%n",
                written.smaFrames(),
                written.smaBytes(),
                written.events(),
                written.brkBytes(),
                (written.smaBytes() + written.brkBytes()) / Math.max(seconds, 0.001)));
    wire.ifPresent(words -> out.println("vls: wire: " + words.get()));
    out.flush();
  }
}
