package dev.vls.vmm.engine;

import java.lang.constant.ClassDesc;
import java.nio.ByteOrder;

/**
 * What generated code has to know of the JDK's own access to arrays without tests (decision 0017).
 * The JVM has to be told to let this module use it, and is asked; there is no other way in.
 */
public final class RawAccess {
  /** The JDK's class for it. */
  public static final ClassDesc UNSAFE = ClassDesc.of("jdk.internal.misc", "Unsafe");

  /** Where the first element of a byte array is, in octets; negative where there is no access. */
  public static final long BASE = base(byte[].class);

  /** The same of an int array. */
  static final long INT_BASE = base(int[].class);

  /** The same of a long array. */
  public static final long LONG_BASE = base(long[].class);

  private RawAccess() {}

  /**
   * Returns whether the JVM lets this module use it, and the host is as little-endian as guests.
   */
  public static boolean available() {
    return BASE >= 0;
  }

  private static long base(Class<?> array) {
    Module java = Object.class.getModule();
    if (!java.isExported(UNSAFE.packageName(), RawAccess.class.getModule())
        || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return -1;
    }
    try {
      Class<?> unsafe = Class.forName(UNSAFE.packageName() + "." + UNSAFE.displayName());
      Object instance = unsafe.getMethod("getUnsafe").invoke(null);
      Number base =
          (Number) unsafe.getMethod("arrayBaseOffset", Class.class).invoke(instance, array);
      return base.longValue();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the JDK's " + UNSAFE.displayName() + " is not as expected", e);
    }
  }
}
