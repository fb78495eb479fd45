package dev.vls.vmm.fp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.OutsideTools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operation in every rounding mode against the same instruction under {@code qemu-riscv64}:
 * the whole destination register and all flags, from random flags before.
 */
class QemuOracleTest {
  private static final String EMULATOR = "qemu-riscv64";
  private static final String COMPILER = "riscv64-linux-gnu-gcc";
  private static final long SEED = Long.getLong("vls.seed", 20250202L);
  private static final int BATCH = 1024;
  private static final int ROUNDS_PER_OPERATION = 20 * BATCH;
  private static final int REQUEST_BYTES = 32;
  private static final int REPLY_BYTES = 16;

  @BeforeAll
  static void requireTools() throws Exception {
    OutsideTools.require(QemuOracleTest.class, EMULATOR, COMPILER);
    Path directory = Files.createDirectories(Path.of("target", "fp-oracle"));
    Path probe = directory.resolve("probe.c");
    Files.writeString(probe, "#include <unistd.h>\nint main(void) { _exit(0); }\n");
    if (compiler(directory.resolve("probe"), probe, directory.resolve("probe.err")).waitFor()
        != 0) {
      OutsideTools.skip(
          QemuOracleTest.class,
          COMPILER + " finds no C library to link with; Debian has it as libc6-dev-riscv64-cross");
    }
  }

  @Test
  void shouldAgreeWithTheEmulatorWhenAllOperationsRun() throws Exception {
    Path directory = Files.createDirectories(Path.of("target", "fp-oracle"));
    Path oracle = compile(directory);
    byte[] requests = requests();
    Path input = directory.resolve("requests.bin");
    Files.write(input, requests);
    Path output = directory.resolve("replies.bin");
    Process process =
        new ProcessBuilder(EMULATOR, oracle.toString())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(directory.resolve("emulator.err").toFile())
            .start();
    await(process, directory.resolve("emulator.err"));
    compare(littleEndian(requests), littleEndian(Files.readAllBytes(output)));
  }

  private static byte[] requests() {
    SplittableRandom random = new SplittableRandom(SEED);
    Operands operands = new Operands(random);
    byte[] bytes = new byte[Operation.all().size() * ROUNDS_PER_OPERATION * REQUEST_BYTES];
    ByteBuffer requests = littleEndian(bytes);
    for (Operation operation : Operation.all()) {
      for (int i = 0; i < ROUNDS_PER_OPERATION; i++) {
        operands.draw(operation);
        int before = random.nextBoolean() ? 0 : random.nextInt(32);
        requests.putInt(operation.number).putInt(i % 5 << 5 | before);
        requests.putLong(operands.a).putLong(operands.b).putLong(operands.c);
      }
    }
    return bytes;
  }

  private static void compare(ByteBuffer requests, ByteBuffer replies) {
    assertEquals(requests.remaining() / REQUEST_BYTES, replies.remaining() / REPLY_BYTES);
    FpStatus status = new FpStatus();
    StringBuilder differences = new StringBuilder();
    int count = 0;
    while (requests.hasRemaining()) {
      Operation operation = Operation.all().get(requests.getInt());
      int fcsr = requests.getInt();
      long a = requests.getLong();
      long b = requests.getLong();
      long c = requests.getLong();
      status.flags = fcsr & 31;
      long actual = operation.publicMethod.apply(a, b, c, fcsr >>> 5, status);
      long expected = replies.getLong();
      long flags = replies.getLong();
      if ((actual != expected || status.flags != flags) && count++ < 20) {
        differences.append(
            String.format(
                "%n%s(%016x, %016x, %016x) fcsr=%02x: %016x/%02x, emulator %016x/%02x",
                operation, a, b, c, fcsr, actual, status.flags, expected, flags));
      }
    }
    assertEquals(0, count, "seed " + SEED + differences);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Path compile(Path directory) throws IOException, InterruptedException {
    Path source = directory.resolve("fp-oracle.c");
    try (InputStream in = QemuOracleTest.class.getResourceAsStream("fp-oracle.c")) {
      Files.write(source, in.readAllBytes());
    }
    Files.writeString(directory.resolve("operations.inc"), cases());
    Path oracle = directory.resolve("fp-oracle");
    Path errors = directory.resolve("compiler.err");
    await(compiler(oracle, source, errors), errors);
    return oracle;
  }

  private static Process compiler(Path program, Path source, Path errors) throws IOException {
    return new ProcessBuilder(
            COMPILER,
            "-std=gnu11",
            "-Wall",
            "-Werror",
            "-O1",
            "-static",
            "-march=rv64gc",
            "-o",
            program.toString(),
            source.toString())
        .redirectErrorStream(true)
        .redirectOutput(errors.toFile())
        .start();
  }

  private static String cases() {
    StringBuilder cases = new StringBuilder();
    for (Operation operation : Operation.all()) {
      cases.append(
          String.format(
              "%s(%d, \"%s\")%n",
              operation.writesInteger() ? "TO_INTEGER" : "TO_FLOAT",
              operation.number,
              operation.assembly));
    }
    return cases.toString();
  }

  private static void await(Process process, Path errors) throws IOException, InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail("No end after 60 s: " + process.info());
    }
    assertEquals(0, process.exitValue(), () -> contents(errors));
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "No report: " + e;
    }
  }
}
