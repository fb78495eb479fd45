package dev.vls.replay.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.replay.StandardDevices;
import dev.vls.sma.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A follower of another machine is told in what it differs, and its leader waits on. */
@Timeout(120)
class RefusalTest {
  private static MachineSpec spec(String guest, String arguments, MachineSpec.Time time)
      throws IOException {
    return Recordings.spec(guest, arguments, time);
  }

  @Test
  void shouldNameEveryDifferenceAndGoOnWaiting() throws Exception {
    MachineSpec leads = spec("ledger", "journal=0", MachineSpec.Time.WALL);
    List<MachineSpec> others =
        List.of(
            spec("ledger", "journal=1", MachineSpec.Time.WALL),
            spec("ledger", "journal=0", MachineSpec.Time.VIRTUAL),
            spec("echo", "journal=0", MachineSpec.Time.WALL),
            Recordings.withDisk(leads));
    List<String> names =
        List.of("append: expected journal=0", "time policy: ", "sha256: expected ", "devices: ");
    try (Pair pair = new Pair(leads, Optional.empty(), (run, who) -> true, Pair.PATIENT);
        Transfers transfers = new Transfers(pair.consoles, 1)) {
      pair.lead();
      for (int i = 0; i < others.size(); i++) {
        String name = names.get(i);
        String said = refusal(pair, others.get(i).manifest("other", 0));
        assertTrue(said.contains(name), said);
        String heard = pair.awaitNotice("a follower was refused");
        assertTrue(heard.contains(name), heard);
      }
      pair.follow(pair.leader.address(), (run, who) -> true, Pair.PATIENT, Optional.empty());
      transfers.drive(5);
      transfers.quit();
      assertEquals(new Outcome.PoweredOff(0), pair.led.get());
    }
  }

  private static String refusal(Pair pair, Manifest expected) {
    LogException e =
        assertThrows(
            LogException.class,
            () ->
                Follower.connect(
                    Pair.config(pair.leader.address(), Pair.PATIENT)
                        .expecting(Optional.of(expected), List.of()),
                    StandardDevices.KINDS));
    assertEquals(LogException.Kind.MISMATCH, e.kind());
    return e.getMessage();
  }
}
