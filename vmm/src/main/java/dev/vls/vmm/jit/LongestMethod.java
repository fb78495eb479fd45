package dev.vls.vmm.jit;

import dev.vls.vmm.engine.RawAccess;
import java.util.Arrays;

/**
 * How long a method may be that HotSpot is to compile: it compiles those of 8,000 bytes and more
 * only with {@code -XX:-DontCompileHugeMethods}, as the launcher has it (decision 0020).
 *
 * <p>Which flags the JVM was started with only the JDK's own packages tell without a management
 * agent. Where this module has no {@link RawAccess}, methods are as long as they may be without the
 * flag.
 */
final class LongestMethod {
  private static final String FLAG = "-XX:-DontCompileHugeMethods";
  private static final int USUAL_BYTES = 8000;

  /** HotSpot's second compiler gives up on none of so many bytes that was seen. */
  private static final int LIFTED_BYTES = 24_000;

  private static final boolean LIFTED = hasFlag();

  /** Methods are shorter. */
  static final int BYTES = LIFTED ? LIFTED_BYTES : USUAL_BYTES;

  /** A region that is left often may be so many times as large as it was first. */
  static final int GROWTH = LIFTED ? 4 : 1;

  private LongestMethod() {}

  /** Returns whether methods of 8,000 bytes and more are compiled. */
  static boolean isLifted() {
    return LIFTED;
  }

  private static boolean hasFlag() {
    if (!RawAccess.available()) {
      return false;
    }
    try {
      Class<?> vm = Class.forName(RawAccess.UNSAFE.packageName() + ".VM");
      String[] flags = (String[]) vm.getMethod("getRuntimeArguments").invoke(null);
      return Arrays.asList(flags).contains(FLAG);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the JDK's VM does not tell its arguments as expected", e);
    }
  }
}
