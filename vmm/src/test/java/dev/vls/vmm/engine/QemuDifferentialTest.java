package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.OutsideTools;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random programs in all modes, with and without paging, on our hart and on stock {@code
 * qemu-system-riscv64}: all state is equal.
 */
class QemuDifferentialTest {
  static final String EMULATOR = "qemu-system-riscv64";
  private static final long SEED = Long.getLong("vls.seed", 20251121L);
  private static final int BATCHES = Boolean.getBoolean("vls.long") ? 200 : 3;
  private static final long STEP_LIMIT = 2_000_000_000L;

  @BeforeAll
  static void requireTools() {
    OutsideTools.require(QemuDifferentialTest.class, EMULATOR);
  }

  @Test
  void shouldAgreeWithTheEmulatorWhenRandomProgramsRun() throws Exception {
    Path directory = Files.createDirectories(Path.of("target", "differential"));
    for (int batch = 0; batch < BATCHES; batch++) {
      long seed = SEED + batch;
      DifferentialImage image = new DifferentialImage(seed, DifferentialImage.MAX_PROGRAMS);
      byte[] expected = emulated(directory, image.bytes(), "");
      byte[] actual = interpreted(image.bytes());
      compare(seed, image, expected, actual);
    }
  }

  /** Returns whether the emulator's processor has a property. */
  static boolean hasFeature(String name) throws Exception {
    Process process = new ProcessBuilder(EMULATOR, "-device", "rv64-riscv-cpu,help").start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 && said.lines().anyMatch(line -> line.contains(" " + name + "="));
  }

  /**
   * Runs an image for the {@code virt} board on the emulator; returns RAM at its end.
   *
   * @param features of the processor, each behind a comma
   */
  static byte[] emulated(Path directory, byte[] image, String features) throws Exception {
    Path ram = directory.resolve("ram.bin");
    byte[] all = new byte[DifferentialImage.RAM_BYTES];
    System.arraycopy(image, 0, all, 0, image.length);
    Files.write(ram, all);
    Path log = directory.resolve("emulator.log");
    Process process =
        new ProcessBuilder(
                EMULATOR,
                "-cpu",
                "rv64,zba=off,zbb=off,zbc=off,zbs=off,h=off" + features,
                "-machine",
                "virt,memory-backend=ram",
                "-object",
                "memory-backend-file,id=ram,share=on,size="
                    + DifferentialImage.RAM_BYTES
                    + ",mem-path="
                    + ram,
                "-m",
                String.valueOf(DifferentialImage.RAM_BYTES >> 20),
                "-smp",
                "2",
                "-bios",
                "none",
                "-display",
                "none",
                "-serial",
                "none",
                "-monitor",
                "none")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail("the emulator did not finish: " + Files.readString(log));
    }
    assertEquals(0, process.exitValue(), Files.readString(log));
    byte[] result = Files.readAllBytes(ram);
    Files.delete(ram);
    return result;
  }

  /** Runs an image in the interpreter; returns RAM at its end. */
  static byte[] interpreted(byte[] image) {
    GuestMemory memory = new GuestMemory(DifferentialImage.RAM_BYTES, 1);
    MmioBus bus = new MmioBus();
    Hart hart =
        new Hart(
            0,
            memory,
            bus,
            new TimeBase(memory, TimeBase.rateFor(1_000_000_000)),
            Firmware.MACHINE_FIRMWARE);
    boolean[] done = new boolean[1];
    bus.attach(0x10_0000, 0x1000, new PowerSwitch(() -> done[0] = true, hart));
    bus.attach(MachineLines.BASE, MachineLines.BYTES, new MachineLines(hart));
    for (int at = 0; at < image.length; at += GuestMemory.FRAME_BYTES) {
      memory.write(at / GuestMemory.FRAME_BYTES, 0, image, at, GuestMemory.FRAME_BYTES);
    }
    hart.start(DifferentialImage.RAM, 0, 0);
    Interpreter interpreter = new Interpreter(memory);
    while (!done[0]) {
      interpreter.run(hart, 1_000_003);
      if (hart.position().steps() > STEP_LIMIT) {
        fail("our hart did not finish: pc " + Long.toHexString(hart.pc()));
      }
    }
    byte[] result = new byte[DifferentialImage.RAM_BYTES];
    for (int frame = 0; frame < memory.ramFrames(); frame++) {
      memory.read(frame, 0, result, frame * GuestMemory.FRAME_BYTES, GuestMemory.FRAME_BYTES);
    }
    return result;
  }

  private static void compare(long seed, DifferentialImage image, byte[] expected, byte[] actual)
      throws IOException {
    ByteBuffer theirs = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer ours = ByteBuffer.wrap(actual).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < image.programs.size(); i++) {
      int record =
          (int) (DifferentialImage.RECORDS - DifferentialImage.RAM)
              + i * DifferentialImage.RECORD_BYTES;
      if (expected.length < record) {
        fail("no record");
      }
      String difference = RecordDifference.between(theirs, ours, record);
      if (!difference.isEmpty()) {
        Files.write(Path.of("target", "differential", "program.bin"), image.programs.get(i).code());
        fail(
            "image seed %d, program %d: theirs, ours%n%s%n%s"
                .formatted(seed, i, difference, image.programs.get(i).describe()));
      }
    }
  }
}
