package dev.vls.sma;

import dev.vls.vmm.Machine;
import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;

/**
 * A device with one page: every commit to it, every notification and every console byte is mixed
 * into its state and said to the back-end.
 */
final class TestPort implements DevicePort {
  /** The frame in the middle of RAM that back-ends may store to. */
  static final int RAM_FRAME = 1500;

  PortContext context;
  int page;
  private long state;
  private int messages;

  /** What {@link #reissue} says. */
  final List<TestMessage> outstanding = new ArrayList<>();

  @Override
  public void start(PortContext portContext) {
    context = portContext;
    Machine machine = portContext.machine();
    page = machine.memory().allocateFrame();
    machine.memory().listen(page, () -> mix(machine.memory().i64(page, 0)));
    int eventPort = machine.xen().consolePort();
    int bound = machine.xen().events().bindHost(eventPort, port -> mix(port));
    if (bound < 0) {
      throw new IllegalStateException("the console's port is taken");
    }
    machine.console(this::output);
    context.port(eventPort);
    context.open(page);
    context.open(RAM_FRAME);
    context.open(machine.consoleInput().frame());
    context.open(machine.xen().consoleFrame());
  }

  private void output(byte[] bytes, int offset, int length) {
    for (int i = 0; i < length; i++) {
      mix(bytes[offset + i]);
    }
  }

  private void mix(long value) {
    state = state * 31 + value;
    messages++;
    context.emit(TestMessage.external((int) state));
  }

  @Override
  public void reissue() {
    outstanding.forEach(context::emit);
  }

  /** What {@link #owed} says. */
  boolean owed;

  @Override
  public boolean owed() {
    return owed;
  }

  @Override
  public void exchange(StateExchange exchange) {
    state = exchange.word(state);
    messages = exchange.number(messages);
  }
}
