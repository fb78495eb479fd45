package dev.vls.vmm.jit;

import java.lang.constant.ClassDesc;
import java.nio.ByteOrder;

/**
 * What translated code has to know of the JDK's own access to arrays without tests (decision 0017).
 * The JVM has to be told to let this module use it, and is asked; there is no other way in.
 */
final class RawAccess {
  /** The JDK's class for it. */
  static final ClassDesc UNSAFE = ClassDesc.of("jdk.internal.misc", "Unsafe");

  /** Where the first element of a byte array is. */
  static final long BASE = base();

  private RawAccess() {}

  /**
   * Returns whether the JVM lets this module use it, and the host is as little-endian as guests.
   */
  static boolean available() {
    return BASE >= 0;
  }

  private static long base() {
    Module java = Object.class.getModule();
    if (!java.isExported(UNSAFE.packageName(), RawAccess.class.getModule())
        || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return -1;
    }
    try {
      Class<?> unsafe = Class.forName(UNSAFE.packageName() + "." + UNSAFE.displayName());
      Object instance = unsafe.getMethod("getUnsafe").invoke(null);
      Number base =
          (Number) unsafe.getMethod("arrayBaseOffset", Class.class).invoke(instance, byte[].class);
      return base.longValue();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the JDK's " + UNSAFE.displayName() + " is not as expected", e);
    }
  }
}
