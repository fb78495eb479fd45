package dev.vls.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.guest.GuestImages;
import dev.vls.bench.guest.GuestRunner;
import dev.vls.bench.guest.Launcher;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.sma.HostException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader, a follower and a client, in processes of their own. */
class ReplicationSystemTest {
  private static final long RAM_BYTES = 32L << 20;

  @TempDir private Path folder;

  @Test
  void shouldTellWhatAFollowerCostsWhenThereIsACommand() throws Exception {
    Bench bench =
        new Bench(
            new BenchConfig(
                0,
                1,
                Scale.TINY,
                Set.of("core"),
                Set.of(Variant.PLAIN, Variant.PROCESS, Variant.REPLICATED),
                RAM_BYTES,
                new BenchConfig.Beside(Optional.empty(), Optional.of(launcher()), false)),
            new GuestRunner(GuestImages.ofHome(".."), folder),
            folder,
            _ -> {});
    Suite suite = new CpuSuite();

    suite.run(bench);

    List<Section> sections = suite.sections(bench.samples());
    assertEquals(3, sections.size());
    List<String> row = sections.getLast().table().rows().getFirst();
    assertEquals("core", row.getFirst());
    assertEquals(
        1,
        bench
            .samples()
            .ratio("cpu", "core", Variant.REPLICATED, Variant.PROCESS, Metric.STEADY_WALL)
            .count());
    assertTrue(
        bench
                .samples()
                .ratio("cpu", "core", Variant.REPLICATED, Variant.PROCESS, Metric.CPU)
                .median()
            > 1); // two JVMs start, not one
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of("child.out", "follower.out", "leader.out"),
          left.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void shouldSayWhyWhenALeaderFails() {
    HostException e =
        assertThrows(
            HostException.class,
            () ->
                launcher()
                    .replicate(folder.resolve("none.elf"), "", RAM_BYTES, folder.resolve("fence")));

    assertTrue(e.getMessage().contains("none.elf"), e.getMessage());
  }

  /** All that is here, as one class path: not each library of the command is a module. */
  private Launcher launcher() {
    return new Launcher(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("jdk.module.path")
                + File.pathSeparator
                + System.getProperty("java.class.path"),
            "dev.vls.replay.cli.Vls"),
        folder);
  }
}
