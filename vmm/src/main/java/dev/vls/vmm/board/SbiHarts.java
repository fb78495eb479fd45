package dev.vls.vmm.board;

import static dev.vls.vmm.board.SbiExtension.function;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The SBI extensions about harts: IPI, RFENCE and HSM (SBI 2.0, chapters 7 to 9), and their legacy
 * forms.
 *
 * <p>Remote fences check their arguments and do nothing, because translation is coherent
 * (docs/architecture.md). The last started hart cannot stop: nothing could ever start it again.
 */
final class SbiHarts implements StateExchange.Restorable {
  private static final long ALL_HARTS = -1;

  private final GuestMemory memory;
  private final List<Hart> harts;
  private final boolean[] started;

  /** Starts with hart 0 running and the others stopped. */
  SbiHarts(GuestMemory memory, List<Hart> harts) {
    this.memory = memory;
    this.harts = List.copyOf(harts);
    this.started = new boolean[harts.size()];
    reset();
  }

  /** Returns whether hart {@code index} is started: only such a hart may run. */
  boolean started(int index) {
    return started[index];
  }

  List<SbiExtension> extensions() {
    return List.of(
        SbiExtension.legacy(SbiLayout.LEGACY_CLEAR_IPI, "clear_ipi", this::clearIpi),
        SbiExtension.legacy(SbiLayout.LEGACY_SEND_IPI, "send_ipi", this::legacySendIpi),
        SbiExtension.legacy(SbiLayout.LEGACY_FENCE_I, "remote_fence_i", this::legacyFence),
        SbiExtension.legacy(SbiLayout.LEGACY_SFENCE_VMA, "remote_sfence_vma", this::legacyFence),
        SbiExtension.legacy(
            SbiLayout.LEGACY_SFENCE_VMA_ASID, "remote_sfence_vma_asid", this::legacyFence),
        SbiExtension.standard(SbiLayout.IPI, function("send_ipi", this::sendIpi)),
        SbiExtension.standard(
            SbiLayout.RFENCE,
            function("remote_fence_i", call -> forEach(call, hart -> {})),
            function("remote_sfence_vma", this::fenceRange),
            function("remote_sfence_vma_asid", this::fenceRange)),
        SbiExtension.standard(
            SbiLayout.HSM,
            function("hart_start", this::start),
            function("hart_stop", this::stop),
            function("hart_get_status", this::status),
            function("hart_suspend", this::suspend)));
  }

  void reset() {
    Arrays.fill(started, false);
    started[0] = true;
  }

  @Override
  public void exchange(StateExchange exchange) {
    exchange.flags(started);
  }

  private long sendIpi(SbiCall call) {
    return forEach(call, hart -> hart.softwareInterrupt(true));
  }

  private long clearIpi(SbiCall call) {
    call.hart().softwareInterrupt(false);
    return SbiLayout.SUCCESS;
  }

  private long legacySendIpi(SbiCall call) {
    return legacyForEach(call, hart -> hart.softwareInterrupt(true));
  }

  private long legacyFence(SbiCall call) {
    return legacyForEach(call, hart -> {});
  }

  private long fenceRange(SbiCall call) {
    long start = call.argument(2);
    long size = call.argument(3);
    // The range may end at the top of the address space and not behind it; -1 means all of it.
    if (size != -1 && size != 0 && Long.compareUnsigned(start + size - 1, start) < 0) {
      return SbiLayout.ERR_INVALID_ADDRESS;
    }
    return forEach(call, hart -> {});
  }

  private long start(SbiCall call) {
    long target = call.argument(0);
    if (!exists(target)) {
      return SbiLayout.ERR_INVALID_PARAM;
    }
    if (started[(int) target]) {
      return SbiLayout.ERR_ALREADY_AVAILABLE;
    }
    long address = call.argument(1);
    boolean executable =
        memory.frameOf(address >>> GuestMemory.FRAME_SHIFT) != GuestMemory.NO_FRAME;
    if (!executable || (address & 1) != 0) {
      return SbiLayout.ERR_INVALID_ADDRESS;
    }
    harts.get((int) target).start(address, target, call.argument(2));
    started[(int) target] = true;
    return SbiLayout.SUCCESS;
  }

  private long stop(SbiCall call) {
    int running = 0;
    for (boolean each : started) {
      running += each ? 1 : 0;
    }
    if (running <= 1) {
      return SbiLayout.ERR_FAILED;
    }
    started[call.hart().id()] = false;
    return SbiLayout.SUCCESS;
  }

  private long status(SbiCall call) {
    long target = call.argument(0);
    if (!exists(target)) {
      return SbiLayout.ERR_INVALID_PARAM;
    }
    return call.answer(started[(int) target] ? SbiLayout.HART_STARTED : SbiLayout.HART_STOPPED);
  }

  /** A retentive suspend is a WFI, and the hart's status stays started; there is no deeper one. */
  private long suspend(SbiCall call) {
    return switch ((int) call.argument(0)) {
      case SbiLayout.SUSPEND_RETENTIVE -> {
        call.hart().waiting(!call.hart().wakeable());
        yield SbiLayout.SUCCESS;
      }
      case SbiLayout.SUSPEND_NON_RETENTIVE -> SbiLayout.ERR_NOT_SUPPORTED;
      default -> SbiLayout.ERR_INVALID_PARAM;
    };
  }

  /** Does {@code action} to the started harts of the mask in a0 and its base in a1. */
  private long forEach(SbiCall call, Consumer<Hart> action) {
    return forEach(call.argument(0), call.argument(1), action);
  }

  private long forEach(long mask, long base, Consumer<Hart> action) {
    if (base == ALL_HARTS) {
      act(started, action);
      return SbiLayout.SUCCESS;
    }
    boolean[] chosen = new boolean[started.length];
    for (long bits = mask; bits != 0; bits &= bits - 1) {
      long index = base + Long.numberOfTrailingZeros(bits);
      if (!exists(index)) {
        return SbiLayout.ERR_INVALID_PARAM;
      }
      chosen[(int) index] = started[(int) index];
    }
    act(chosen, action);
    return SbiLayout.SUCCESS;
  }

  private void act(boolean[] chosen, Consumer<Hart> action) {
    for (int index = 0; index < chosen.length; index++) {
      if (chosen[index]) {
        action.accept(harts.get(index));
      }
    }
  }

  /** As {@link #forEach} for the first 64 harts, with the mask at the virtual address in a0. */
  private long legacyForEach(SbiCall call, Consumer<Hart> action) {
    long address = call.argument(0);
    if (address == 0) {
      return forEach(0, ALL_HARTS, action);
    }
    byte[] mask = new byte[Long.BYTES];
    if (!call.hart().readVirtual(address, mask, 0, mask.length)) {
      return SbiLayout.ERR_INVALID_ADDRESS;
    }
    long bits = 0;
    for (int i = mask.length - 1; i >= 0; i--) {
      bits = bits << Byte.SIZE | (mask[i] & 0xff);
    }
    return forEach(bits, 0, action);
  }

  private boolean exists(long hart) {
    return hart >= 0 && hart < harts.size();
  }
}
