package dev.vls.vmm.jit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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

  private static final ThreadPoolExecutor THREAD = thread();

  private final RegionCompiler compiler;
  private final RegionContext idle;
  private final boolean background;
  private final Queue<Made> made;
  private volatile boolean ready;

  private record Made(TranslatedRegion planned, Region region) {}

  /**
   * @param idle a context that code is warmed up with; nothing of it is looked at
   */
  Workshop(RegionCompiler compiler, RegionContext idle, JitConfig.Where where) {
    this.compiler = compiler;
    this.idle = idle;
    this.background = where == JitConfig.Where.BACKGROUND;
    this.made = background ? new ConcurrentLinkedQueue<>() : new ArrayDeque<>();
  }

  private static ThreadPoolExecutor thread() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> Thread.ofPlatform().daemon().name("vls-translator").unstarted(task));
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
      make(planned, 0);
      return true;
    }
    try {
      THREAD.execute(() -> make(planned, WARMING));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void make(TranslatedRegion planned, int warming) {
    Region region = compiler.compile(planned.plan());
    for (int i = 0; i < warming; i++) {
      region.run(idle, 0, 0);
    }
    made.add(new Made(planned, region));
    ready = true;
  }

  /**
   * Brings every finished region into use, and takes the one in whose place it comes out of the
   * table; called by the machine's thread.
   */
  void deliver(RegionTable table) {
    if (!ready) {
      return;
    }
    ready = false;
    for (Made next = made.poll(); next != null; next = made.poll()) {
      next.planned().code(next.region());
      if (next.planned().former() != null) {
        table.remove(next.planned().former());
      }
    }
  }
}
