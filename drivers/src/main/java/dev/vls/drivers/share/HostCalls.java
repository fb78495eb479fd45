package dev.vls.drivers.share;

import static dev.vls.drivers.libc.CLibrary.STATE;
import static dev.vls.drivers.libc.CLibrary.function;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.vls.drivers.libc.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The calls of Linux that look at files relative to an open directory, which Java has no way to
 * make. One thread.
 */
final class HostCalls implements AutoCloseable {
  static final int O_RDONLY = 0;
  static final int SEEK_SET = 0;

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final int O_NOCTTY = 0x100;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;

  /** Opens a place as it is, a link or a device included, for nothing but to look at it. */
  static final int LOOK = O_PATH | O_NOFOLLOW | O_CLOEXEC;

  /** Opens the directory at the top, which the user has named: links are followed. */
  static final int TOP = O_PATH | O_DIRECTORY | O_CLOEXEC;

  /** Opens for reading, and waits for nobody. */
  static final int READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_ALL = 0xfff;

  private static final MethodHandle OPENAT =
      function("openat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle STATX =
      function(
          "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle READLINKAT =
      function(
          "readlinkat", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle PREAD =
      function("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle LSEEK =
      function("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle GETDENTS =
      function("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle FSTATFS =
      function("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  private final Arena arena = Arena.ofShared();
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment name = arena.allocate(SharePath.MAX_OCTETS + 1);
  private final MemorySegment nothing = arena.allocateFrom("");

  /** A call that gives a number, or a negative one and an error. */
  @FunctionalInterface
  private interface Call {
    long run() throws Throwable;
  }

  private long checked(Call call) throws ErrnoException {
    long result;
    try {
      result = call.run();
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
    if (result < 0) {
      throw new ErrnoException(CLibrary.errno(state));
    }
    return result;
  }

  private MemorySegment text(byte[] octets) throws ErrnoException {
    if (octets.length >= name.byteSize()) {
      throw new ErrnoException(Errno.ENAMETOOLONG);
    }
    MemorySegment.copy(octets, 0, name, ValueLayout.JAVA_BYTE, 0, octets.length);
    name.set(ValueLayout.JAVA_BYTE, octets.length, (byte) 0);
    return name;
  }

  /** Opens a directory by its path on the host. */
  int open(byte[] path) throws ErrnoException {
    return open(AT_FDCWD, path, TOP);
  }

  /** Opens one name in an open directory. */
  int open(int directory, byte[] one, int flags) throws ErrnoException {
    MemorySegment text = text(one);
    return (int) checked(() -> (int) OPENAT.invokeExact(state, directory, text, flags));
  }

  void close(int descriptor) {
    try {
      int ignored = (int) CLOSE.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }

  /** Returns what is known of what is open. */
  Attributes attributes(int descriptor) throws ErrnoException {
    Attributes attributes = new Attributes(Arena.ofAuto().allocate(Attributes.BYTES, Long.BYTES));
    checked(
        () ->
            (int)
                STATX.invokeExact(
                    state, descriptor, nothing, AT_EMPTY_PATH, STATX_ALL, attributes.statx()));
    return attributes;
  }

  /** Fills {@code target} with what the link that was opened to look at says; returns how much. */
  long link(int descriptor, MemorySegment target) throws ErrnoException {
    return checked(
        () -> (long) READLINKAT.invokeExact(state, descriptor, nothing, target, target.byteSize()));
  }

  /** Reads up to {@code count} bytes; returns how many there were. */
  long read(int descriptor, MemorySegment target, long count, long offset) throws ErrnoException {
    return checked(() -> (long) PREAD.invokeExact(state, descriptor, target, count, offset));
  }

  /** Goes to where a directory has said that it can be gone on from. */
  void seek(int descriptor, long offset) throws ErrnoException {
    checked(() -> (long) LSEEK.invokeExact(state, descriptor, offset, SEEK_SET));
  }

  /** Reads entries as getdents64 has them; returns how many bytes, 0 at the end. */
  long entries(int descriptor, MemorySegment target) throws ErrnoException {
    return checked(() -> (long) GETDENTS.invokeExact(state, descriptor, target, target.byteSize()));
  }

  /** Fills {@code target} with what is known of the file system. */
  void fileSystem(int descriptor, MemorySegment target) throws ErrnoException {
    checked(() -> (int) FSTATFS.invokeExact(state, descriptor, target));
  }

  @Override
  public void close() {
    arena.close();
  }
}
