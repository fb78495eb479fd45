package dev.vls.vmm.board;

import java.util.Objects;
import java.util.Optional;

/** The files that a machine starts from; their bytes are not copied and not modified. */
public final class BootImages {
  private final byte[] first;
  private final Optional<byte[]> kernel;
  private final Optional<byte[]> initrd;
  private final Optional<byte[]> deviceTree;

  private BootImages(
      byte[] first, Optional<byte[]> kernel, Optional<byte[]> initrd, Optional<byte[]> deviceTree) {
    this.first = Objects.requireNonNull(first, "first");
    this.kernel = kernel;
    this.initrd = initrd;
    this.deviceTree = deviceTree;
  }

  /**
   * Returns what a machine needs that starts with {@code first}: a payload, a kernel or firmware,
   * as ELF64, Linux Image, raw, or one of these within gzip.
   */
  public static BootImages of(byte[] first) {
    return new BootImages(first, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Returns the same with a kernel that firmware, which comes first, is to start. */
  public BootImages withKernel(byte[] next) {
    return new BootImages(first, Optional.of(next), initrd, deviceTree);
  }

  /** Returns the same with an initial RAM disk, which the device tree tells the kernel of. */
  public BootImages withInitrd(byte[] disk) {
    return new BootImages(first, kernel, Optional.of(disk), deviceTree);
  }

  /**
   * Returns the same with a flattened device tree instead of the board's own; the command line and
   * the initial RAM disk are put into its {@code /chosen}.
   */
  public BootImages withDeviceTree(byte[] tree) {
    return new BootImages(first, kernel, initrd, Optional.of(tree));
  }

  /** Returns what the hart starts with. */
  byte[] first() {
    return first;
  }

  /** Returns what firmware starts. */
  Optional<byte[]> kernel() {
    return kernel;
  }

  /** Returns the initial RAM disk. */
  Optional<byte[]> initrd() {
    return initrd;
  }

  /** Returns the device tree that replaces the board's own. */
  Optional<byte[]> deviceTree() {
    return deviceTree;
  }
}
