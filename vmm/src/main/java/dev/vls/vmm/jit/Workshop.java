package dev.vls.vmm.jit;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Where classes are made: on one background thread for all machines of the process, or at once.
 *
 * <p>Machines' threads bring plans and fetch code. The queue is bounded; a plan that finds it full
 * is refused, and its address gets hot again. When code arrives depends on the host, and only speed
 * on that: what guests see does not (R3), which is why this class may use threads.
 */
final class Workshop {
  private static final int WAITING = 512;
  private static final long IDLE_SECONDS = 5;

  /**
   * How often new code is called with no budget before it is used: enough for HotSpot to compile it
   * (Tier3InvocationThreshold), so that the guest does not run in the JVM's interpreter.
   */
  private static final int WARMING = 300;

  /** How long a call with no budget takes at most once HotSpot has compiled the code. */
  private static final long COMPILED_NS = 80;

  private static final int PROBES = 16;

  /**
   * How often code is looked at that HotSpot has not compiled yet, and how long it is waited for.
   */
  private static final long LOOK_MS = 2;

  private static final int LOOKS = 500;

  /**
   * After so many looks code is called more often, again and again: HotSpot's first compiler gives
   * up on some that is long ("out of virtual registers"), and the second one waits for more calls.
   */
  private static final int UNUSUAL_LOOKS = 75;

  /**
   * How often code is called then (Tier4InvocationThreshold), and at once where it is long: what
   * the first compiler gives up on goes to the second one without delay.
   */
  private static final int INSISTING = 6000;

  private static final ScheduledThreadPoolExecutor THREAD = thread();
  private static final AtomicInteger WAITERS = new AtomicInteger();

  private final RegionCompiler compiler;
  private final RegionContext idle;
  private final boolean background;
  private final Consumer<TranslatedRegion> refused;
  private final Consumer<TranslatedRegion> finished;
  private final Queue<Made> made;
  private volatile boolean ready;

  /** What came of a plan: code, or none because there would be too much of it. */
  private record Made(TranslatedRegion planned, Optional<Region> region) {}

  /**
   * @param idle a context that code is warmed up with; nothing of it is looked at
   * @param refused told of each plan that came to too much code, when it is out of the table; on
   *     the machine's thread
   * @param finished told of each region that came into use; likewise
   */
  Workshop(
      RegionCompiler compiler,
      RegionContext idle,
      JitConfig.Where where,
      Consumer<TranslatedRegion> refused,
      Consumer<TranslatedRegion> finished) {
    this.compiler = compiler;
    this.idle = idle;
    this.refused = refused;
    this.finished = finished;
    this.background = where == JitConfig.Where.BACKGROUND;
    this.made = background ? new ConcurrentLinkedQueue<>() : new ArrayDeque<>();
  }

  private static ScheduledThreadPoolExecutor thread() {
    ScheduledThreadPoolExecutor pool =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("vls-translator").unstarted(task));
    pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Takes a plan.
   *
   * @return false if too many are waiting
   */
  boolean submit(TranslatedRegion planned) {
    if (!background) {
      deliver(planned, compiler.compile(planned.plan()));
      return true;
    }
    if (WAITERS.get() >= WAITING) {
      return false;
    }
    WAITERS.incrementAndGet();
    after(
        0,
        () -> {
          WAITERS.decrementAndGet();
          make(planned);
        });
    return true;
  }

  /** Has {@code task} run on the thread; what it throws is a bug and goes where those go. */
  private static void after(long ms, Runnable task) {
    var _ =
        THREAD.schedule(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | Error bug) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
              }
            },
            ms,
            TimeUnit.MILLISECONDS);
  }

  private void make(TranslatedRegion planned) {
    Optional<Region> made = compiler.compile(planned.plan());
    if (made.isEmpty()) {
      deliver(planned, made);
      return;
    }
    call(made.get(), planned.plan().grown() ? INSISTING : WARMING);
    look(planned, made.get(), LOOKS);
  }

  /** Delivers code that is compiled, which shows in how long it takes, or looks again later. */
  private void look(TranslatedRegion planned, Region region, int looks) {
    long startNs = System.nanoTime();
    call(region, PROBES);
    if (System.nanoTime() - startNs < PROBES * COMPILED_NS || looks == 0) {
      deliver(planned, Optional.of(region));
      return;
    }
    if (looks % UNUSUAL_LOOKS == 1) {
      call(region, INSISTING);
    }
    after(LOOK_MS, () -> look(planned, region, looks - 1));
  }

  private void call(Region region, int times) {
    for (int i = 0; i < times; i++) {
      region.run(idle, 0, 0);
    }
  }

  private void deliver(TranslatedRegion planned, Optional<Region> region) {
    made.add(new Made(planned, region));
    ready = true;
  }

  /**
   * Brings every finished region into use, and takes those in whose place it comes out of the
   * table; called by the machine's thread.
   */
  void deliver(RegionTable table) {
    if (!ready) {
      return;
    }
    ready = false;
    for (Made next = made.poll(); next != null; next = made.poll()) {
      if (next.region().isEmpty()) {
        table.remove(next.planned());
        refused.accept(next.planned());
        continue;
      }
      next.planned().code(next.region().get());
      next.planned().formers().forEach(table::remove);
      finished.accept(next.planned());
    }
  }
}
