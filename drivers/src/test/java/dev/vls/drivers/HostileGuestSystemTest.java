package dev.vls.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.BlockPort;
import dev.vls.drivers.block.MemoryImage;
import dev.vls.drivers.block.VirtioBlockDevice;
import dev.vls.drivers.virtio.VirtioPort;
import dev.vls.sma.CaptureMode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that misbehaves harms only itself: the machine runs on and the guest can power off. */
class HostileGuestSystemTest {
  private static final int SECTORS = 1024;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storegarbage",
        "wildpointers",
        "timerstorm",
        "consolejump",
        "badgrant",
        "badring",
        "ringrecursion",
        "badvirtio"
      })
  void shouldOutliveTheGuestWhenItMisbehaves(String name) throws Exception {
    int abuses = abuses(run(name, 0, CaptureMode.STRICT));
    for (int only = 1; only <= abuses; only++) {
      GuestOutput alone = run(name, only, CaptureMode.STRICT);
      assertEquals(abuses, abuses(alone), alone.text());
      assertTrue(alone.text().contains("SURVIVED"), alone.text());
    }
  }

  @ParameterizedTest
  @EnumSource(CaptureMode.class)
  void shouldOutliveBadGrantsInEveryMode(CaptureMode mode) throws Exception {
    assertTrue(abuses(run("badgrant", 0, mode)) > 0);
  }

  private static GuestOutput run(String name, int only, CaptureMode mode) throws Exception {
    GuestRun guest = new GuestRun(name, "n=2000 only=" + only, mode);
    BlockConfig config = new BlockConfig(0, SECTORS, BlockConfig.Writing.ALLOWED);
    guest.domain.plug("disk0", new BlockPort(guest.store, config));
    guest.domain.plug("disk1", new VirtioPort<>(new VirtioBlockDevice(config), 0));
    try (BlockBackend disk = disk();
        BlockBackend other = disk()) {
      guest.domain.attach("disk0", disk);
      guest.domain.attach("disk1", other);
      return GuestOutput.of(guest);
    }
  }

  private static BlockBackend disk() {
    return new BlockBackend("hostile", new MemoryImage(SECTORS), trouble -> fail(trouble));
  }

  /** Returns the number in the last line, which a guest prints when it has done everything. */
  private static int abuses(GuestOutput output) {
    List<String> lines = output.lines();
    assertTrue(!lines.isEmpty() && lines.getLast().startsWith("ABUSES "), output.text());
    return Integer.parseInt(lines.getLast().substring("ABUSES ".length()));
  }
}
