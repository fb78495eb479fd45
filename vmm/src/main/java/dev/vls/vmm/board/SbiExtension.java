package dev.vls.vmm.board;

import java.util.List;

/**
 * A row of the SBI's table.
 *
 * @param id extension id, what the caller has in a7
 * @param convention what a6 means and where results go
 * @param functions the functions; the index is the function id
 */
record SbiExtension(long id, Convention convention, List<Function> functions) {
  /** The three ways of calling. */
  enum Convention {
    /** a6 selects the function; a0 is the error and a1 the value. */
    STANDARD,
    /** SBI 0.1: a6 has no meaning and only a0 is written. */
    LEGACY,
    /** a6 is an argument; a0 is the result and a1 is 0. */
    HYPERCALL
  }

  /** What a function does: takes the call, returns the error code for a0. */
  @FunctionalInterface
  interface Body {
    long call(SbiCall call);
  }

  /**
   * One function.
   *
   * @param name the specification's name for it
   */
  record Function(String name, Body body) {}

  SbiExtension {
    functions = List.copyOf(functions);
  }

  static SbiExtension standard(long id, Function... functions) {
    return new SbiExtension(id, Convention.STANDARD, List.of(functions));
  }

  static SbiExtension legacy(long id, String name, Body body) {
    return new SbiExtension(id, Convention.LEGACY, List.of(new Function(name, body)));
  }

  static Function function(String name, Body body) {
    return new Function(name, body);
  }

  /** Returns whether {@code result} says that the same ECALL is to be executed again. */
  boolean restarts(long result) {
    return convention == Convention.HYPERCALL && result == HypercallHandler.RESTART;
  }

  /** Answers a call of function {@code id}, which is any 64 bits the guest likes. */
  long call(long id, SbiCall call) {
    if (convention != Convention.STANDARD) {
      return functions.getFirst().body().call(call);
    }
    return id >= 0 && id < functions.size()
        ? functions.get((int) id).body().call(call)
        : SbiLayout.ERR_NOT_SUPPORTED;
  }
}
