package dev.vls.vmm.board;

import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Puts a machine's images and its device tree into RAM, and its harts where they begin.
 *
 * <pre>
 * 0x8000_0000              firmware, where there is some
 * 0x8020_0000              kernel or payload, unless it asks for another place
 * half of RAM behind it,   initial RAM disk; at most 128 MiB behind, and never below the end of
 *   or at the end of RAM     the kernel
 * end of RAM               device tree, at a multiple of 2 MiB; behind it what OpenSBI's
 *                            fw_dynamic wants to know
 * </pre>
 */
public final class BootLoader {
  private static final long MAX_INITRD_DISTANCE = 128L << 20;
  private static final long DYNAMIC_MAGIC = 0x4942_534f;
  private static final long DYNAMIC_VERSION = 2;
  private static final long DYNAMIC_SUPERVISOR = 1;

  private final MachineConfig config;
  private final BootImages images;
  private final ImageLoader loader;

  /**
   * What is in RAM.
   *
   * @param last what the firmware is to start, or again the first
   * @param address of the device tree
   */
  private record Loaded(LoadedImage first, LoadedImage last, byte[] tree, long address) {}

  /** Creates a loader into the RAM of {@code memory}. */
  public BootLoader(MachineConfig config, BootImages images, GuestMemory memory) {
    this.config = config;
    this.images = images;
    this.loader = new ImageLoader(memory);
  }

  /**
   * Loads everything and starts the first hart, or for firmware all of them: a0 is the hart's
   * number, a1 the device tree, and for firmware a2 the description of the next stage that
   * OpenSBI's fw_dynamic reads.
   *
   * @param harts all harts, by id
   * @throws ImageException if an image is none, is damaged, or they do not fit together
   */
  public void start(List<Hart> harts) throws ImageException {
    Loaded loaded = load();
    Hart hart = harts.getFirst();
    hart.start(loaded.first().entry(), hart.id(), loaded.address());
    if (config.boot() == Firmware.MACHINE_FIRMWARE) {
      long behind = ImageLoader.behind(loaded.tree(), loaded.address());
      loader.copy(behind, next(loaded.last(), hart));
      for (Hart each : harts) {
        each.start(loaded.first().entry(), each.id(), loaded.address());
        each.x(12, behind);
      }
    }
  }

  /**
   * Returns the device tree that a machine would find.
   *
   * @throws ImageException as {@link #start} does
   */
  public static byte[] deviceTree(MachineConfig config, BootImages images) throws ImageException {
    GuestMemory memory = new GuestMemory(config.ramBytes(), 1);
    return new BootLoader(config, images, memory).load().tree();
  }

  private Loaded load() throws ImageException {
    LoadedImage first = loader.load(images.first(), config.boot());
    Optional<LoadedImage> kernel = Optional.empty();
    if (images.kernel().isPresent()) {
      kernel = Optional.of(loader.loadKernel(images.kernel().get(), first));
    }
    LoadedImage last = kernel.orElse(first);
    Optional<LoadedImage> initrd = Optional.empty();
    if (images.initrd().isPresent()) {
      initrd = Optional.of(loader.loadInitrd(images.initrd().get(), first, last, distance()));
    }
    long end = Math.max(first.end(), initrd.map(LoadedImage::end).orElse(last.end()));
    byte[] tree = tree(initrd);
    return new Loaded(first, last, tree, loader.loadTree(tree, end));
  }

  private byte[] tree(Optional<LoadedImage> initrd) throws ImageException {
    if (images.deviceTree().isPresent()) {
      return DeviceTreeReader.withChosen(images.deviceTree().get(), config.arguments(), initrd);
    }
    VirtDeviceTree.Hypervisor hypervisor =
        config.boot() == Firmware.SUPERVISOR_PAYLOAD
            ? VirtDeviceTree.Hypervisor.ANNOUNCED
            : VirtDeviceTree.Hypervisor.ABSENT;
    return new VirtDeviceTree(
            config.harts(),
            config.ramBytes(),
            config.arguments(),
            hypervisor,
            initrd,
            config.rngSeed())
        .encode();
  }

  private long distance() {
    return Math.min(config.ramBytes() / 2, MAX_INITRD_DISTANCE);
  }

  /** Returns OpenSBI's struct fw_dynamic_info: magic, version, next stage, mode, options, hart. */
  private static byte[] next(LoadedImage last, Hart hart) {
    ByteBuffer words = ByteBuffer.allocate(ImageLoader.BEHIND_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    words.putLong(DYNAMIC_MAGIC).putLong(DYNAMIC_VERSION).putLong(last.entry());
    words.putLong(DYNAMIC_SUPERVISOR).putLong(0).putLong(hart.id());
    return words.array();
  }
}
