package dev.vls.sma;

import dev.vls.vmm.Machine;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.hart.Firmware;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A domain around a small machine with one {@link TestPort}, and a few guests for it. */
final class TestDomain {
  static final String DEVICE = "test";

  /** Jumps to itself. */
  static final int LOOP = 0x0000_006f;

  static final int WFI = 0x1050_0073;
  static final int ECALL = 0x0000_0073;

  private static final Path GUESTS = Path.of("..", "guests", "prebuilt");

  final Machine machine;
  final OutputGate gate;
  final Domain domain;
  final TestPort port = new TestPort();

  TestDomain(byte[] image, String arguments, OutputGate gate, CaptureMode mode) {
    machine =
        new Machine(
            new MachineConfig(
                MachineConfig.MIN_RAM_BYTES,
                1,
                Firmware.SUPERVISOR_PAYLOAD,
                arguments,
                20_000_000,
                0));
    this.gate = gate;
    domain = new Domain(machine, gate, mode);
    domain.plug(DEVICE, port);
    try {
      machine.load(image);
    } catch (ImageException e) {
      throw new IllegalStateException(e);
    }
  }

  static TestDomain of(int... code) {
    return new TestDomain(code(code), "", openGate(), CaptureMode.STRICT);
  }

  static OutputGate openGate() {
    return new OutputGate(OutputGate.Release.IMMEDIATE, 1 << 20);
  }

  static byte[] guest(String name) {
    try {
      return Files.readAllBytes(GUESTS.resolve(name + ".elf"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] code(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  TestBackend attach() {
    TestBackend backend = new TestBackend();
    domain.attach(DEVICE, backend);
    return backend;
  }

  /** Performs what the source answers once, as the domain's loop does, and runs no further. */
  Outcome runSteps(EventSource source, long steps) throws InterruptedException {
    return domain.run(new BoundedSource(source, machine.position().steps() + steps));
  }
}
