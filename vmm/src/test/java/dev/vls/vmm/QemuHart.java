package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.memory.GuestMemory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hart of stock {@code qemu-system-riscv64} behind its debugger's socket. It never meets a device
 * or an interrupt of its own: whoever drives it does these.
 */
final class QemuHart implements AutoCloseable {
  /** Number of the register that holds the pc; x0 to x31 come before it. */
  static final int PC = 32;

  private static final String INTERRUPTED = "T02";
  private static final int FIRST_FLOAT = 33;
  private static final int SSTATUS_CSR = 0x100;
  private static final Pattern SSTATUS =
      Pattern.compile("<reg name=\"sstatus\" bitsize=\"64\" regnum=\"([0-9]+)\"");
  private static final long START_MS = 10_000;

  private final Process process;
  private final GdbClient gdb;
  private final Path ram;
  private final Path log;
  private final int firstCsr;

  /**
   * Starts one whose RAM is what {@code memory} holds now, stopped before its first instruction.
   */
  QemuHart(Path folder, GuestMemory memory) throws Exception {
    Files.createDirectories(folder);
    ram = folder.resolve("ram");
    log = folder.resolve("log");
    Path socket = folder.resolve("gdb");
    Files.deleteIfExists(socket);
    long size = (long) memory.ramFrames() * GuestMemory.FRAME_BYTES;
    try (RandomAccessFile file = new RandomAccessFile(ram.toFile(), "rw")) {
      file.setLength(0);
      file.setLength(size);
    }
    process =
        new ProcessBuilder(
                "qemu-system-riscv64",
                "-cpu",
                "rv64,zba=off,zbb=off,zbc=off,zbs=off,h=off,pmp=off,debug=off,pmu-num=0",
                "-machine",
                "virt,memory-backend=ram",
                "-object",
                "memory-backend-file,id=ram,share=on,size=" + size + ",mem-path=" + ram,
                "-m",
                (size >> 20) + "M",
                "-bios",
                "none",
                "-nic",
                "none",
                "-display",
                "none",
                "-serial",
                "none",
                "-monitor",
                "none",
                "-S",
                "-chardev",
                "socket,id=gdb,server=on,wait=off,path=" + socket,
                "-gdb",
                "chardev:gdb")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    awaitSocket(socket);
    gdb = new GdbClient(socket);
    gdb.ask("qSupported:xmlRegisters=riscv");
    gdb.file("target.xml"); // makes the stub make the others
    Matcher status = SSTATUS.matcher(gdb.file("riscv-csr.xml"));
    if (!status.find()) {
      throw new IOException("the stub does not describe its CSRs");
    }
    fill(memory);
    firstCsr = Integer.parseInt(status.group(1)) - SSTATUS_CSR;
  }

  /** Its RAM is this file, in which QEMU has put a device tree of its own by now. */
  private void fill(GuestMemory memory) throws IOException {
    byte[] frame = new byte[GuestMemory.FRAME_BYTES];
    byte[] theirs = new byte[GuestMemory.FRAME_BYTES];
    try (RandomAccessFile file = new RandomAccessFile(ram.toFile(), "rw")) {
      for (int i = 0; i < memory.ramFrames(); i++) {
        memory.read(i, 0, frame, 0, frame.length);
        file.seek((long) i * frame.length);
        file.readFully(theirs);
        if (!Arrays.equals(frame, theirs)) {
          file.seek((long) i * frame.length);
          file.write(frame);
        }
      }
    }
  }

  private void awaitSocket(Path socket) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MS);
    while (!Files.exists(socket)) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
        process.destroyForcibly();
        fail("the emulator does not start: " + Files.readString(log));
      }
    }
  }

  /** Returns x0 to x31 and the pc. */
  long[] registers() throws IOException {
    return gdb.registers(PC + 1);
  }

  /** Sets an integer register, or the pc. */
  void register(int number, long value) throws IOException {
    gdb.register(number, value);
  }

  /** Returns an FP register. */
  long floating(int number) throws IOException {
    return gdb.register(FIRST_FLOAT + number);
  }

  /** Returns a CSR. */
  long csr(int number) throws IOException {
    return gdb.register(firstCsr + number);
  }

  /** Sets a CSR, as the debugger may. */
  void csr(int number, long value) throws IOException {
    gdb.register(firstCsr + number, value);
  }

  /** Returns the privilege: 0, 1 or 3. */
  int privilege() throws IOException {
    return (int) gdb.register(firstCsr - 1);
  }

  /** Sets the privilege. */
  void privilege(int code) throws IOException {
    gdb.register(firstCsr - 1, code);
  }

  /** Executes one instruction; interrupts are off meanwhile. */
  void step() throws IOException {
    gdb.ask("s");
  }

  /** Runs until it comes to {@code pc} for the {@code arrivals}-th time, at least the first. */
  void run(long pc, long arrivals) throws IOException {
    boolean set = false;
    for (long left = arrivals; left > 0; left--) {
      step(); // off the breakpoint
      if (gdb.register(PC) == pc) {
        continue;
      }
      if (!set) {
        gdb.require("OK", "Z0,%x,2".formatted(pc));
        set = true;
      }
      if (gdb.ask("c").startsWith(INTERRUPTED)) {
        break; // it does not come there: what differs is seen by its registers
      }
    }
    if (set) {
      gdb.require("OK", "z0,%x,2".formatted(pc));
    }
  }

  /** Returns the first frame of RAM that differs from {@code memory}, or -1. */
  int difference(GuestMemory memory) throws IOException {
    byte[] ours = new byte[GuestMemory.FRAME_BYTES];
    byte[] theirs = new byte[GuestMemory.FRAME_BYTES];
    try (RandomAccessFile file = new RandomAccessFile(ram.toFile(), "r")) {
      for (int i = 0; i < memory.ramFrames(); i++) {
        memory.read(i, 0, ours, 0, ours.length);
        file.readFully(theirs);
        if (!Arrays.equals(ours, theirs)) {
          return i;
        }
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    gdb.close();
    process.destroyForcibly();
    Files.deleteIfExists(ram);
  }
}
