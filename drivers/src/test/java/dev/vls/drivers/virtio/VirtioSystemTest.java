package dev.vls.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.drivers.GuestRun;
import dev.vls.drivers.RecordedEvents;
import dev.vls.drivers.StateBytes;
import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.MemoryImage;
import dev.vls.drivers.block.VirtioBlockDevice;
import dev.vls.drivers.console.StdioConsole;
import dev.vls.drivers.console.VirtioConsoleDevice;
import dev.vls.drivers.entropy.EntropyBackend;
import dev.vls.drivers.entropy.VirtioEntropyDevice;
import dev.vls.sma.Backend;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Domain;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.StateDigest;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guest {@code virtio} on real back-ends: it checks all that it has written and asked for. */
class VirtioSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20260602L);
  private static final int SECTORS = 4096;
  private static final String ARGUMENTS = "ops=150 span=1024";

  /** A guest with a disk, entropy and its console. */
  private static final class Run {
    final GuestRun guest;
    final ByteArrayOutputStream text = new ByteArrayOutputStream();
    final StdioConsole console =
        new StdioConsole(InputStream.nullInputStream(), text, problem -> fail(problem));

    Run(CaptureMode mode, OutputGate.Release release, BlockConfig.Writing writing)
        throws Exception {
      guest = new GuestRun("virtio", ARGUMENTS, mode, release);
      BlockConfig config = new BlockConfig(0, SECTORS, writing);
      domain().plug("disk0", new VirtioPort<>(new VirtioBlockDevice(config), 0));
      domain().plug("hvc", VirtioConsoleDevice.port(guest.console, 6));
      domain().plug("entropy", new VirtioPort<>(new VirtioEntropyDevice(), 5));
      domain().attach("console", console);
    }

    static Run strict() throws Exception {
      return new Run(CaptureMode.STRICT, OutputGate.Release.IMMEDIATE, BlockConfig.Writing.ALLOWED);
    }

    Domain domain() {
      return guest.domain;
    }

    Run attach(MemoryImage image) {
      domain().attach("disk0", disk(image));
      domain().attach("entropy", new EntropyBackend(new SecureRandom()));
      return this;
    }

    String finish() throws Exception {
      Outcome outcome = guest.start().get(120, TimeUnit.SECONDS);
      console.close();
      String said = text.toString(StandardCharsets.UTF_8);
      assertEquals(new Outcome.PoweredOff(0), outcome, said);
      assertTrue(said.contains("virtio console\n"), said);
      assertTrue(said.endsWith("VIRTIO PASS\n"), said);
      return said;
    }

    long ports() {
      return StateBytes.of(domain()::savePorts);
    }
  }

  private static Backend disk(MemoryImage image) {
    return new BlockBackend("test", image, problem -> fail(problem));
  }

  @ParameterizedTest
  @EnumSource(CaptureMode.class)
  void shouldServeAGuestInEachMode(CaptureMode mode) throws Exception {
    Run run = new Run(mode, OutputGate.Release.IMMEDIATE, BlockConfig.Writing.ALLOWED);
    String said = run.attach(new MemoryImage(SECTORS)).finish();
    assertTrue(said.contains("disk id vls-disk0\n"), said);
    assertTrue(said.contains("entropy 64 bytes"), said);
  }

  @Test
  void shouldRefuseWritesWhenReadOnly() throws Exception {
    Run run =
        new Run(CaptureMode.STRICT, OutputGate.Release.IMMEDIATE, BlockConfig.Writing.FORBIDDEN);
    run.attach(new MemoryImage(SECTORS)).finish();
  }

  @Test
  void shouldComeToTheSameStateWhenReplayedWithoutBackEnds() throws Exception {
    for (CaptureMode mode : CaptureMode.values()) {
      RecordedEvents log = new RecordedEvents();
      Run live = new Run(mode, OutputGate.Release.IMMEDIATE, BlockConfig.Writing.ALLOWED);
      live.domain().observe(log);
      String said = live.attach(new MemoryImage(SECTORS)).finish();
      StateDigest digest = live.domain().machine().digest();

      Run replayed = Run.strict();
      Outcome outcome = replayed.guest.start(log.replay()).get(120, TimeUnit.SECONDS);
      if (outcome instanceof Outcome.Ended) {
        assertEquals(said, replayed.finish()); // what is left needs no event
      }
      assertEquals(digest, replayed.domain().machine().digest());
      assertEquals(live.ports(), replayed.ports());
      assertArrayEquals(live.domain().gate().digest(), replayed.domain().gate().digest());
    }
  }

  /** A leader dies at random events; a second machine replays them and takes the devices over. */
  @Test
  void shouldLoseNothingWhenTheLeaderDies() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 5; round++) {
      int last = 1 + random.nextInt(150);
      MemoryImage image = new MemoryImage(SECTORS);
      RecordedEvents log = new RecordedEvents();
      Run leader =
          new Run(CaptureMode.STRICT, OutputGate.Release.STABLE, BlockConfig.Writing.ALLOWED);
      leader.domain().observe(log);
      leader
          .domain()
          .observe(
              (at, event) -> {
                leader.domain().gate().stable(log.size());
                if (log.size() >= last) {
                  leader.domain().stop("killed");
                }
              });
      Backend dying = disk(image);
      leader.domain().attach("disk0", dying);
      assertEquals(new Outcome.Ended("killed"), leader.guest.start().get(120, TimeUnit.SECONDS));
      dying.close();

      Run follower = Run.strict();
      follower.guest.start(log.replay()).get(120, TimeUnit.SECONDS);
      String said = follower.attach(image).finish();
      assertTrue(said.contains("checksum"), "round " + round + ", seed " + SEED + ": " + said);
    }
  }
}
