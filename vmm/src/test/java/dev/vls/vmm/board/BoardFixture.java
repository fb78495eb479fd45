package dev.vls.vmm.board;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A whole board with harts that nothing runs, and its SBI. */
final class BoardFixture {
  static final int RAM_BYTES = 1 << 20;
  static final int SIE = 0x104;
  static final int SIP = 0x144;
  static final int MIP = 0x344;

  final GuestMemory memory = new GuestMemory(RAM_BYTES, 8);
  final MmioBus bus = new MmioBus();
  final TimeBase time = new TimeBase(memory, TimeBase.rateFor(100_000_000));
  final Recorder world = new Recorder();
  final List<Hart> harts;
  final Board board;
  final Sbi sbi;
  final Typist typist;

  BoardFixture(int count, Optional<HypercallHandler> hypercalls) {
    harts =
        IntStream.range(0, count)
            .mapToObj(id -> new Hart(id, memory, bus, time, Firmware.SUPERVISOR_PAYLOAD))
            .toList();
    board = new Board(memory, bus, harts, time, 0, harts.getFirst()::instret, world, world);
    sbi = new Sbi(memory, harts, board.consoleInput(), world, world, hypercalls);
    typist = new Typist(memory, board.consoleInput());
    harts.getFirst().start(GuestMemory.RAM_BASE, 0, 0);
  }

  /** Calls the SBI from hart 0 and returns a0. */
  long ecall(long extension, long function, long... arguments) {
    Hart hart = harts.getFirst();
    for (int i = 0; i < 6; i++) {
      hart.x(10 + i, i < arguments.length ? arguments[i] : 0);
    }
    hart.x(16, function);
    hart.x(17, extension);
    sbi.call(hart);
    return hart.x(10);
  }

  /** Returns a1 after the last call. */
  long value() {
    return harts.getFirst().x(11);
  }
}
