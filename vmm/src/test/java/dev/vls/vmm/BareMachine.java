package dev.vls.vmm;

import dev.vls.vmm.board.Board;
import dev.vls.vmm.board.ConsoleOutput;
import dev.vls.vmm.board.PowerControl;
import dev.vls.vmm.board.Sbi;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import dev.vls.vmm.xen.ExtensionHandler;
import dev.vls.vmm.xen.XenConfig;
import dev.vls.vmm.xen.XenDomain;
import java.util.List;
import java.util.Optional;

/** The parts of a {@link Machine} with no image, so that a test can ask each of them. */
final class BareMachine {
  private static final int A0 = 10;
  private static final int A6 = 16;
  private static final int A7 = 17;

  final GuestMemory memory = new GuestMemory(1 << 20, 512);
  final MmioBus bus = new MmioBus();
  final TimeBase time = new TimeBase(memory, TimeBase.rateFor(100_000_000));
  final Hart hart;
  final XenDomain xen;
  final Sbi sbi;

  BareMachine() {
    this(Firmware.SUPERVISOR_PAYLOAD);
  }

  BareMachine(Firmware boot) {
    hart = new Hart(0, memory, bus, time, boot);
    List<Hart> harts = List.of(hart);
    ConsoleOutput output = (bytes, offset, length) -> {};
    PowerControl power = new NoPower();
    Board board = new Board(memory, bus, harts, time, 0, hart::instret, output, power);
    xen = new XenDomain(memory, harts, time, XenConfig.bootedAt(0), output, power);
    xen.extension(new NoExtension());
    sbi =
        new Sbi(memory, harts, board.consoleInput(), output, power, Optional.of(xen.hypercalls()));
    hart.start(GuestMemory.RAM_BASE, 0, 0);
  }

  /** Calls the SBI with arguments of 0 and returns a0. */
  long sbi(long extension, long function) {
    arguments(0, 0);
    hart.x(A6, function);
    hart.x(A7, extension);
    sbi.call(hart);
    return hart.x(A0);
  }

  /** Makes a hypercall with pointers that lead nowhere and a count of 1. */
  long hypercall(int number, int operation) {
    arguments(operation, 1);
    return xen.hypercalls().call(hart, number);
  }

  private void arguments(long first, long third) {
    for (int i = 0; i < 6; i++) {
      hart.x(A0 + i, i == 0 ? first : i == 2 ? third : 0);
    }
    hart.waiting(false);
  }

  private static final class NoPower implements PowerControl {
    @Override
    public void off(int code) {}

    @Override
    public void reset() {}
  }

  private static final class NoExtension implements ExtensionHandler {
    @Override
    public long poll(int port) {
      return 0;
    }

    @Override
    public long mark(byte[] text) {
      return 0;
    }
  }
}
