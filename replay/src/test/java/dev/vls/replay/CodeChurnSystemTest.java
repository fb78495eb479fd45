package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Machine;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.jit.JitConfig;
import dev.vls.vmm.jit.JitCounters;
import dev.vls.vmm.jit.Translator;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A guest that writes code, runs it hot, and writes other code there, for ever: regions, their
 * classes, and what HotSpot makes of them come and go, and nothing grows. The guest checks that
 * what runs is what it wrote.
 *
 * <p>A stock kernel's boot and workload plan 1,409 regions ({@code vls linux --stats}) in some 21 s
 * (decision 0010), 67 a second; at that rate, which is that of a guest that is new all the time, 8
 * hours make 1.9 million. The long run makes 2 million.
 */
class CodeChurnSystemTest {
  private static final int REGIONS = Boolean.getBoolean("vls.long") ? 2_000_000 : 20_000;
  private static final int MAX_REGIONS = JitConfig.DEFAULT.maxRegions();
  private static final long STEPS = 200_000;
  private static final long MIB = 1 << 20;

  /** What the JVM holds after a collection. */
  private record Held(long classes, long metaspaceBytes, long codeBytes) {
    static Held now() {
      System.gc();
      return new Held(
          ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
          bytes(name -> name.equals("Metaspace")),
          bytes(name -> name.startsWith("Code")));
    }

    private static long bytes(Predicate<String> pool) {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(bean -> pool.test(bean.getName()))
          .map(MemoryPoolMXBean::getUsage)
          .mapToLong(usage -> usage.getUsed())
          .sum();
    }
  }

  private final Machine machine =
      new Machine(
          new MachineConfig(
              16 << 20,
              1,
              Firmware.SUPERVISOR_PAYLOAD,
              "n=1000000000",
              MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
              0),
          memory ->
              new Translator(
                  memory, new JitConfig(2, 2500, 100_000, MAX_REGIONS, JitConfig.Where.AT_ONCE)));
  private final JitCounters counters = machine.jitCounters().orElseThrow();

  private void runUntilPlanned(long regions) {
    while (counters.planned() < regions) {
      machine.run(STEPS);
      assertTrue(counters.regions() <= MAX_REGIONS, counters::toString);
      assertEquals(Optional.empty(), machine.power(), "other code than was written");
    }
  }

  /**
   * Nothing is larger after all of the run than after a tenth of it, but for what differs between
   * two moments: at most as many classes as there may be regions.
   */
  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void shouldHoldNoMoreThanTheLiveRegionsWhenTheGuestRewritesItsCodeForEver() throws Exception {
    machine.load(Files.readAllBytes(Recordings.image("churn")));
    Held before = Held.now();
    runUntilPlanned(REGIONS / 10);
    Held early = Held.now();
    runUntilPlanned(REGIONS);
    Held late = Held.now();
    System.out.printf(
        "CodeChurnSystemTest: %s%n  before %s%n  early %s%n  late %s%n",
        counters, before, early, late);
    assertTrue(counters.dropped() > REGIONS / 2, "hardly a region was dropped");
    long classes = MAX_REGIONS + 500L;
    assertTrue(late.classes() - before.classes() <= classes, () -> before + " " + late);
    assertTrue(
        late.metaspaceBytes() - before.metaspaceBytes() < 64 * MIB, () -> before + " " + late);
    assertTrue(late.codeBytes() - early.codeBytes() < 24 * MIB, () -> early + " " + late);
  }
}
