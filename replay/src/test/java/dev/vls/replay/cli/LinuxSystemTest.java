package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.replay.GuestImage;
import dev.vls.replay.GuestImages;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.replay.Recordings.Ended;
import dev.vls.replay.StandardDevices;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Outcome;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.hart.Firmware;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Debian's kernel and firmware as they are, recorded and replayed; skipped where apt cannot fetch
 * them. A failing case keeps its log.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LinuxSystemTest {
  private static final long RAM_BYTES = 256L << 20;
  private static final int SHARED_BYTES = 3 << 20;
  private static StockLinux linux;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @BeforeAll
  static void fetch() throws Exception {
    linux = LinuxLab.linux(LinuxSystemTest.class);
  }

  @Test
  void shouldReplayElsewhereWhenFourHartsRanTheWorkloadAndReadASharedDirectory() throws Exception {
    Path shared = shared();
    Path console = folder.resolve("console");
    Path log = folder.resolve("log");
    InProcess.Result recorded =
        InProcess.vls(
            "linux",
            "--harts=4",
            "--time=virtual", // four harts on a busy host are too slow for the kernel's watchdogs
            "--output=" + log,
            "--console=file:" + console,
            "--share=" + shared,
            "--append=quiet vls.run=cat,/proc/cpuinfo vls.run=workload vls.run=sh,/mnt/look");
    String said = Files.readString(console, ISO_8859_1);
    assertEquals(ExitCode.OK, recorded.exitCode(), () -> recorded.err() + said);
    for (String line :
        new String[] {
          StockLinux.READY,
          "4 hart(s)",
          "processor\t: 3",
          "dd 4194304",
          "gzip same",
          "find 40",
          "sort 9999",
          "httpd 4dee400d",
          "/mnt/deep/deeper/file",
          "content of a file",
          LinuxLab.sum(new byte[SHARED_BYTES]),
          "nothing new",
          "VLS-LINUX-DONE 0"
        }) {
      assertTrue(said.contains(line), () -> line + " in " + said);
    }
    Files.move(shared, folder.resolve("gone"));
    Path elsewhere = Files.move(log, folder.resolve("elsewhere"));
    InProcess.Result replayed = InProcess.vls("replay", "--verify", elsewhere);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertTrue(replayed.err().startsWith("vls: verified: "), replayed::err);
    assertEquals(said, text(replayed.console()));
  }

  /** Makes a directory to share, with a script that the guest runs. */
  private Path shared() throws Exception {
    Path shared = folder.resolve("shared");
    Path deep = Files.createDirectories(shared.resolve("deep/deeper"));
    Files.writeString(deep.resolve("file"), "content of a file\n");
    Files.write(shared.resolve("zeroes"), new byte[SHARED_BYTES]);
    Files.createSymbolicLink(shared.resolve("link"), Path.of("deep/deeper/file"));
    Files.writeString(
        shared.resolve("look"),
        "find /mnt/ && cat /mnt/link && sha256sum /mnt/zeroes && ! touch /mnt/new && echo nothing"
            + " new");
    return shared;
  }

  @Test
  void shouldReplayWhenOpenSbiStartedLinux() throws Exception {
    GuestImages images =
        new GuestImages(
            List.of(
                image(GuestImage.Role.FIRMWARE, linux.file("fw_jump.bin")),
                image(GuestImage.Role.KERNEL, linux.kernel()),
                image(GuestImage.Role.INITRD, linux.initrd())));
    Ended ended =
        recordedAndReplayed(
            images, "console=ttyS0 quiet cryptomgr.notests vls.run=uname,-a", "", spec -> spec);
    assertTrue(text(ended.console()).contains("OpenSBI v"), () -> text(ended.console()));
    assertTrue(text(ended.console()).contains("Linux vls 6."), () -> text(ended.console()));
  }

  @ParameterizedTest
  @CsvSource({"FIRMWARE, u-boot.bin", "GUEST, u-boot-smode.bin"})
  void shouldReplayWhenUBootRanCommandsAndUsedADisk(GuestImage.Role role, String file)
      throws Exception {
    GuestImages images = new GuestImages(List.of(image(role, linux.file(file))));
    String typed =
        """

        version
        bdinfo
        virtio scan
        virtio info
        mw.l 84000000 12345678 400
        virtio write 84000000 3 8
        virtio read 85000000 3 8
        cmp.b 84000000 85000000 1000
        poweroff
        """;
    Ended ended = recordedAndReplayed(images, "", typed, Recordings::withVirtio);
    String said = text(ended.console());
    assertTrue(said.contains("=> bdinfo"), said);
    assertTrue(said.contains("start    = 0x0000000080000000"), said);
    assertTrue(said.contains("QEMU VirtIO Block Device"), said);
    assertTrue(said.contains("Total of 4096 byte(s) were the same"), said);
  }

  private Ended recordedAndReplayed(
      GuestImages images, String arguments, String typed, UnaryOperator<MachineSpec> devices)
      throws Exception {
    boolean firmware = images.find(GuestImage.Role.FIRMWARE).isPresent();
    MachineConfig machine =
        new MachineConfig(
            RAM_BYTES,
            1,
            firmware ? Firmware.MACHINE_FIRMWARE : Firmware.SUPERVISOR_PAYLOAD,
            arguments,
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
            System.currentTimeMillis() * 1_000_000);
    MachineSpec spec =
        new MachineSpec(
            machine,
            MachineSpec.Time.WALL,
            CaptureMode.STRICT,
            images,
            List.of(StandardDevices.store(RAM_BYTES), StandardDevices.console()));
    Path log = folder.resolve("log");
    Ended recorded =
        Recordings.record(
            devices.apply(spec), new ByteArrayInputStream(typed.getBytes(ISO_8859_1)), log);
    assertEquals(new Outcome.PoweredOff(0), recorded.outcome(), () -> text(recorded.console()));
    assertEquals(recorded, Recordings.replay(log), () -> "vls replay --verify " + log);
    return recorded;
  }

  private static GuestImage image(GuestImage.Role role, Path file) throws Exception {
    return new GuestImage(
        role, file.getFileName().toString(), Bytes.wrap(Files.readAllBytes(file)));
  }

  private static String text(Bytes console) {
    return new String(console.shared(), ISO_8859_1);
  }
}
