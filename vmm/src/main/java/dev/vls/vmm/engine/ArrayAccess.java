package dev.vls.vmm.engine;

/**
 * How engines reach arrays, guest memory among them, at indexes that they have tested themselves.
 */
public enum ArrayAccess {
  /** With the tests of Java's arrays and views of them. */
  CHECKED,
  /** With none. The JVM must have {@code --add-exports java.base/jdk.internal.misc=dev.vls.vmm}. */
  RAW;

  /** Returns the fastest one that this JVM and this host have. */
  public static ArrayAccess best() {
    return RawAccess.available() ? RAW : CHECKED;
  }
}
