package dev.vls.vmm.board;

import static dev.vls.vmm.board.SbiExtension.function;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Supervisor Binary Interface, version 2.0, that the VMM offers to a payload without firmware.
 *
 * <p>Every function is a row of one table, and the table is what {@link #call} dispatches by, so
 * that {@link #known} names everything a guest can reach. Domain thread only.
 */
public final class Sbi implements StateExchange.Restorable {
  /** Function id in {@link Known} of an extension that gives a6 another meaning. */
  public static final long ANY_FUNCTION = -1;

  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A6 = 16;
  private static final int A7 = 17;
  private static final int ECALL_BYTES = 4;

  /**
   * A function that a guest can call.
   *
   * @param extension extension id
   * @param function function id, or {@link #ANY_FUNCTION}
   * @param name the specification's name
   */
  public record Known(long extension, long function, String name) {}

  private final SbiHarts harts;
  private final List<SbiExtension> table = new ArrayList<>();
  private final Map<Long, SbiExtension> byId = new LinkedHashMap<>();

  /**
   * Creates the interface for a machine in which hart 0 is started.
   *
   * @param harts all harts, by id
   * @param hypercalls who answers the Xen ABI, if it is on
   */
  public Sbi(
      GuestMemory memory,
      List<Hart> harts,
      ConsoleInput input,
      ConsoleOutput output,
      PowerControl power,
      Optional<HypercallHandler> hypercalls) {
    this.harts = new SbiHarts(memory, harts);
    table.add(base());
    table.add(SbiExtension.legacy(SbiLayout.LEGACY_SET_TIMER, "set_timer", Sbi::setTimer));
    table.add(SbiExtension.standard(SbiLayout.TIME, function("set_timer", Sbi::setTimer)));
    table.addAll(this.harts.extensions());
    table.addAll(new SbiConsole(memory, input, output).extensions());
    table.addAll(new SbiPower(power).extensions());
    hypercalls.ifPresent(handler -> table.add(hypercall(handler)));
    for (SbiExtension extension : table) {
      byId.put(extension.id(), extension);
    }
  }

  /**
   * Answers the ECALL that {@code hart} stopped at: writes a0, and a1 unless the call is a legacy
   * one, and moves the pc behind the instruction. A hypercall that is to be restarted is left as
   * its handler has it. Calls that do not exist get ERR_NOT_SUPPORTED.
   */
  public void call(Hart hart) {
    SbiExtension extension = byId.get(hart.x(A7));
    SbiCall call = new SbiCall(hart);
    hart.refreshUpcall();
    long error = extension == null ? SbiLayout.ERR_NOT_SUPPORTED : extension.call(hart.x(A6), call);
    if (extension != null && extension.restarts(error)) {
      return;
    }
    hart.x(A0, error);
    if (extension == null || extension.convention() != SbiExtension.Convention.LEGACY) {
      hart.x(A1, call.value());
    }
    hart.pc(hart.pc() + ECALL_BYTES);
  }

  /** Returns every function there is, in a fixed order. */
  public List<Known> known() {
    List<Known> known = new ArrayList<>();
    for (SbiExtension extension : table) {
      for (int function = 0; function < extension.functions().size(); function++) {
        boolean standard = extension.convention() == SbiExtension.Convention.STANDARD;
        known.add(
            new Known(
                extension.id(),
                standard ? function : ANY_FUNCTION,
                extension.functions().get(function).name()));
      }
    }
    return known;
  }

  /** Returns whether hart {@code index} is started (HSM): only such a hart may run. */
  public boolean started(int index) {
    return harts.started(index);
  }

  /** Goes back to hart 0 started and the others stopped, as after power-on. */
  public void reset() {
    harts.reset();
  }

  @Override
  public void exchange(StateExchange exchange) {
    harts.exchange(exchange);
  }

  private SbiExtension base() {
    return SbiExtension.standard(
        SbiLayout.BASE,
        function("get_spec_version", call -> call.answer(SbiLayout.SPEC_VERSION_2_0)),
        function("get_impl_id", call -> call.answer(SbiLayout.IMPLEMENTATION_ID)),
        function("get_impl_version", call -> call.answer(SbiLayout.IMPLEMENTATION_VERSION)),
        function(
            "probe_extension", call -> call.answer(byId.containsKey(call.argument(0)) ? 1 : 0)),
        function("get_mvendorid", call -> call.answer(0)),
        function("get_marchid", call -> call.answer(0)),
        function("get_mimpid", call -> call.answer(0)));
  }

  private static long setTimer(SbiCall call) {
    call.hart().stimecmp(call.argument(0));
    return SbiLayout.SUCCESS;
  }

  private static SbiExtension hypercall(HypercallHandler handler) {
    return new SbiExtension(
        SbiLayout.HYPERCALL,
        SbiExtension.Convention.HYPERCALL,
        List.of(
            function(
                "hypercall",
                call -> {
                  long number = call.hart().x(A6);
                  return handler.call(
                      call.hart(), number >= 0 && number <= Integer.MAX_VALUE ? (int) number : -1);
                })));
  }
}
