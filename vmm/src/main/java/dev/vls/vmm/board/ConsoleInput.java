package dev.vls.vmm.board;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import java.util.function.IntConsumer;

/**
 * The bytes typed at the guest's console that the guest has not read yet: a ring in a device page
 * ({@link ConsoleInputLayout}) that commits fill and the UART and the SBI console drain.
 *
 * <p>Domain thread only. A {@code produced} that would leave more than a ring's worth unconsumed is
 * not believed: the last good one stays and {@link #rejected} counts it.
 */
public final class ConsoleInput implements StateExchange.Restorable {
  private final GuestMemory memory;
  private final int frame;
  private Runnable arrival = () -> {};
  private Runnable producedHook = () -> {};
  private IntConsumer consumedHook = count -> {};
  private int produced;
  private int consumed;
  private long rejected;

  /** Allocates the device page from {@code memory} and follows the commits to it. */
  public ConsoleInput(GuestMemory memory) {
    this.memory = memory;
    this.frame = memory.allocateFrame();
    memory.listen(frame, this::committed);
  }

  /** Returns the machine frame of the device page. */
  public int frame() {
    return frame;
  }

  /** Returns how many bytes wait to be read, 0 to {@link ConsoleInputLayout#RING_BYTES}. */
  public int available() {
    return produced - consumed;
  }

  /** Returns how many bytes outside ever put in, modulo 2^32. */
  public int produced() {
    return produced;
  }

  /** Returns how many bytes the guest ever read, modulo 2^32: what a re-attached back-end asks. */
  public int consumed() {
    return consumed;
  }

  /** Returns how many commits were ignored because their {@code produced} was out of range. */
  public long rejected() {
    return rejected;
  }

  /**
   * Sets who is told the new {@link #consumed} after the guest has read, so that outside learns of
   * free room; it must not change inside state.
   */
  public void onConsumed(IntConsumer hook) {
    this.consumedHook = hook;
  }

  /**
   * Sets who is told, inside and first of all, that bytes have come in: another front-end of the
   * console, which may {@link #take} them before the UART sees them.
   */
  public void onProduced(Runnable hook) {
    this.producedHook = hook;
  }

  /** Sets who is told, inside, that {@link #available} has changed. */
  void onChange(Runnable listener) {
    this.arrival = listener;
  }

  /** Takes the next byte, 0 to 255, or returns -1 if there is none. */
  int take() {
    if (available() == 0) {
      return -1;
    }
    int value = memory.u8(frame, ConsoleInputLayout.ringOffset(consumed));
    advance(1);
    return value;
  }

  /** Takes up to {@code length} bytes into {@code target} and returns how many it took. */
  public int take(byte[] target, int at, int length) {
    int count = Math.min(length, available());
    if (count <= 0) {
      return 0;
    }
    int start = ConsoleInputLayout.ringOffset(consumed);
    int first = Math.min(count, GuestMemory.FRAME_BYTES - start);
    memory.read(frame, start, target, at, first);
    memory.read(frame, ConsoleInputLayout.RING_OFFSET, target, at + first, count - first);
    advance(count);
    return count;
  }

  @Override
  public void exchange(StateExchange exchange) {
    produced = exchange.number(produced);
    consumed = exchange.number(consumed);
    if (produced - consumed < 0 || produced - consumed > ConsoleInputLayout.RING_BYTES) {
      throw new StateException("the saved state has more console input than the page holds");
    }
  }

  private void advance(int count) {
    consumed += count;
    arrival.run();
    consumedHook.accept(consumed);
  }

  private void committed() {
    int value = memory.i32(frame, ConsoleInputLayout.PRODUCED_OFFSET);
    int unread = value - consumed;
    // A count below the one believed before would take bytes back that the guest was told of.
    if (unread < available() || unread > ConsoleInputLayout.RING_BYTES) {
      rejected++;
      return;
    }
    produced = value;
    producedHook.run();
    arrival.run();
  }
}
