package dev.vls.vmm.engine;

import dev.vls.vmm.StateWords;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import dev.vls.vmm.memory.PteLayout;
import java.util.List;
import java.util.function.Function;

/**
 * A hart with memory and an engine, the interpreter if nothing else is said, and short ways to put
 * code, data and page tables there.
 */
final class TestMachine {
  static final long RAM = GuestMemory.RAM_BASE;

  /** Where {@link #code} puts programs. */
  static final long CODE = RAM + 0x1_0000;

  /** Where trap handlers go. */
  static final long HANDLER = RAM + 0x2_0000;

  /** Root page table; {@link #map} takes further ones from behind it. */
  static final long ROOT = RAM + 0x10_0000;

  static final long V = PteLayout.V;
  static final long R = PteLayout.R;
  static final long W = PteLayout.W;
  static final long X = PteLayout.X;
  static final long U = PteLayout.U;
  static final long A = PteLayout.A;
  static final long D = PteLayout.D;
  static final long ALL = V | R | W | X | A | D;

  final GuestMemory memory = new GuestMemory(4 << 20, 4);
  final MmioBus bus = new MmioBus();
  final TimeBase time;
  final Hart hart;
  final Engine engine;
  private long nextTable = ROOT + 4096;

  private TestMachine(Firmware firmware, Function<GuestMemory, Engine> engines) {
    // one tick for each instruction
    time = new TimeBase(memory, 1L << 32);
    hart = new Hart(0, memory, bus, time, firmware);
    hart.start(CODE, 0, 0);
    engine = engines.apply(memory);
  }

  static TestMachine supervisor() {
    return new TestMachine(Firmware.SUPERVISOR_PAYLOAD, Interpreter::new);
  }

  static TestMachine machine() {
    return new TestMachine(Firmware.MACHINE_FIRMWARE, Interpreter::new);
  }

  static TestMachine of(Firmware firmware, Function<GuestMemory, Engine> engines) {
    return new TestMachine(firmware, engines);
  }

  /** Puts instructions at {@link #CODE}. */
  TestMachine code(int... words) {
    return put(CODE, words);
  }

  TestMachine put(long physical, int... words) {
    for (int i = 0; i < words.length; i++) {
      long at = physical + 4L * i;
      half(at, words[i]);
      half(at + 2, words[i] >>> 16);
    }
    return this;
  }

  TestMachine half(long physical, int value) {
    memory.put16(frame(physical), offset(physical), value);
    return this;
  }

  TestMachine put64(long physical, long value) {
    memory.put64(frame(physical), offset(physical), value);
    return this;
  }

  long get64(long physical) {
    return memory.i64(frame(physical), offset(physical));
  }

  /** Runs exactly {@code steps} steps, whatever stops there are between. */
  Stop run(long steps) {
    long end = hart.position().steps() + steps;
    Stop stop = Stop.BUDGET;
    while (hart.position().steps() < end) {
      stop = engine.run(hart, end - hart.position().steps());
    }
    return stop;
  }

  /** Sets a CSR as M-mode would. */
  TestMachine csr(int csr, long value) {
    hart.csrs().write(csr, value);
    return this;
  }

  long csr(int csr) {
    return hart.csrs().read(csr);
  }

  /**
   * Maps one page or superpage; {@code level} 0 is 4 KiB, {@code levels} 3 for Sv39 and 4 for Sv48.
   * Returns the PTE's address.
   */
  long map(int levels, long virtual, long physical, long flags, int level) {
    long table = ROOT;
    for (int l = levels - 1; l > level; l--) {
      long at = table + 8 * (virtual >>> (12 + 9 * l) & 511);
      if ((get64(at) & V) == 0) {
        put64(at, nextTable >>> 12 << 10 | V);
        nextTable += 4096;
      }
      table = get64(at) >>> 10 << 12;
    }
    long at = table + 8 * (virtual >>> (12 + 9 * level) & 511);
    put64(at, physical >>> 12 << 10 | flags);
    return at;
  }

  /** Maps RAM's first GiB to itself and turns on translation. */
  TestMachine paging(int levels) {
    map(levels, RAM, RAM, ALL, 2);
    return csr(0x180, (long) (levels + 5) << 60 | ROOT >>> 12);
  }

  /** Returns all state of hart and memory, for comparison. */
  List<Long> state() {
    List<Long> words = StateWords.of(hart);
    for (int frame = 0; frame < memory.ramFrames(); frame++) {
      long hash = 0;
      for (int offset = 0; offset < GuestMemory.FRAME_BYTES; offset += 8) {
        hash = hash * 31 + memory.i64(frame, offset);
      }
      words.add(hash);
    }
    return words;
  }

  private int frame(long physical) {
    return memory.frameOf(physical >>> 12);
  }

  private static int offset(long physical) {
    return (int) physical & 4095;
  }
}
