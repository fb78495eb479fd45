package dev.vls.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Manifest;
import dev.vls.replay.Recordings.Ended;
import dev.vls.sma.Outcome;
import dev.vls.vmm.HartSchedule;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests on several harts, recorded and replayed; a failing case keeps its log. */
class SeveralHartsSystemTest {
  private static final String ARGUMENTS = "rounds=200";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "2, 100, 1, WALL",
    "3, 5000, -1, WALL",
    "4, 10000, 1, WALL",
    "4, 333, 42, VIRTUAL",
    "8, 2000, 7, WALL",
    "8, 10000, 8, VIRTUAL",
    "8, 100, 9, WALL"
  })
  void shouldReplayEquallyWhenHartsTakeTurns(
      int harts, long quantum, long seed, MachineSpec.Time time) throws Exception {
    MachineSpec spec =
        Recordings.spec("smp", ARGUMENTS, time).withHarts(harts, new HartSchedule(quantum, seed));
    Path log = folder.resolve("log");
    Ended recorded = Recordings.record(spec, InputStream.nullInputStream(), log);
    String said = new String(recorded.console().shared(), ISO_8859_1);
    assertEquals(new Outcome.PoweredOff(0), recorded.outcome(), said);
    assertTrue(said.contains("SMP PASS harts=" + harts), said);
    assertEquals(recorded, Recordings.replay(log), () -> "vls replay --verify " + log);
    if (time == MachineSpec.Time.VIRTUAL) {
      assertEquals(recorded, Recordings.run(spec, InputStream.nullInputStream()));
    }
  }

  @Test
  void shouldRunAnotherWayWhenTheSeedDiffers() throws Exception {
    MachineSpec spec = Recordings.spec("smp", ARGUMENTS, MachineSpec.Time.VIRTUAL);
    Ended one =
        Recordings.run(spec.withHarts(4, new HartSchedule(1000, 1)), InputStream.nullInputStream());
    Ended other =
        Recordings.run(spec.withHarts(4, new HartSchedule(1000, 2)), InputStream.nullInputStream());
    assertNotEquals(one.position(), other.position());
  }

  @Test
  void shouldRefuseALogInOneSentenceWhenItsScheduleIsUnknown() throws Exception {
    MachineSpec spec =
        Recordings.spec("smp", "", MachineSpec.Time.WALL).withHarts(2, HartSchedule.DEFAULT);
    Manifest manifest = spec.manifest("test", 0);
    assertEquals(spec, MachineSpec.of(manifest, spec.imageContents()));
    Manifest without =
        new Manifest(
            manifest.features(),
            manifest.creator(),
            manifest.createdUnixMs(),
            withOptions(manifest.machine(), Map.of()),
            manifest.images());
    ReplayException refused =
        assertThrows(ReplayException.class, () -> MachineSpec.of(without, spec.imageContents()));
    assertTrue(refused.getMessage().contains("schedule of harts"), refused.getMessage());
  }

  private static dev.vls.log.MachineConfig withOptions(
      dev.vls.log.MachineConfig machine, Map<String, String> options) {
    return new dev.vls.log.MachineConfig(
        machine.ramBytes(),
        machine.harts(),
        machine.timePolicy(),
        machine.instructionsPerSecond(),
        machine.start(),
        machine.append(),
        machine.captureMode(),
        machine.devices(),
        dev.vls.log.MachineConfig.sorted(options));
  }
}
