package dev.vls.drivers.libc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Finds functions of the C library; each is called with room for errno before its arguments. */
@SuppressWarnings("restricted") // calls of the C library are what this class is for
public final class CLibrary {
  /** What a call's first argument has room for. */
  public static final StructLayout STATE = Linker.Option.captureStateLayout();

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_FIELD =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private CLibrary() {}

  /**
   * Returns a function.
   *
   * @param fixed how many arguments come before those whose number varies; all of them if none do
   */
  public static MethodHandle function(String name, FunctionDescriptor type, int fixed) {
    MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
    return fixed < type.argumentLayouts().size()
        ? LINKER.downcallHandle(address, type, ERRNO, Linker.Option.firstVariadicArg(fixed))
        : LINKER.downcallHandle(address, type, ERRNO);
  }

  /** Returns a function with a fixed number of arguments. */
  public static MethodHandle function(String name, FunctionDescriptor type) {
    return function(name, type, type.argumentLayouts().size());
  }

  /** Returns errno as the last call left it that was given {@code state}. */
  public static int errno(MemorySegment state) {
    return (int) ERRNO_FIELD.get(state, 0L);
  }

  /** Returns what to throw when a call threw, which no call of such a function does. */
  public static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("a call of the C library failed", e);
  }
}
