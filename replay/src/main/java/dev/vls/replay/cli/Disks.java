package dev.vls.replay.cli;

import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.DiskImage;
import dev.vls.drivers.block.DiskInUseException;
import dev.vls.drivers.block.OverlayImage;
import dev.vls.drivers.block.RawImage;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The opened disks of a command line, until they are attached to a machine. */
final class Disks implements AutoCloseable {
  private static final long LOCK_POLL_MS = 10;

  private final List<DiskImage> images = new ArrayList<>();

  private Disks() {}

  /**
   * Opens the images.
   *
   * @throws HostException if one cannot be opened or is none
   */
  static Disks open(List<DiskOption> options) throws HostException {
    Disks disks = new Disks();
    try {
      for (DiskOption option : options) {
        disks.images.add(image(option));
      }
      return disks;
    } catch (HostException e) {
      disks.close();
      throw e;
    }
  }

  /**
   * Opens the images as soon as nobody else has them. A leader that has lost the fence and still
   * lives writes until it has closed its disks, and it keeps them locked as long; so waiting for
   * them is part of the takeover.
   *
   * @param patience how long to wait
   * @param stop whether not to wait any longer
   * @param notice told in one sentence if there is somebody to wait for
   * @throws HostException if one cannot be opened, or is in use all the time
   */
  static Disks openWhenFree(
      List<DiskOption> options, Duration patience, BooleanSupplier stop, Consumer<String> notice)
      throws HostException, InterruptedException {
    long startedNs = System.nanoTime();
    for (boolean told = false; ; told = true) {
      try {
        return open(options);
      } catch (DiskInUseException e) {
        if (stop.getAsBoolean() || System.nanoTime() - startedNs >= patience.toNanos()) {
          throw e;
        }
        if (!told) {
          notice.accept("the leader still has a disk open; waiting until it has let go of it");
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOCK_POLL_MS); // a lock tells nobody that it is free
    }
  }

  /** Returns the devices that show these disks to a guest. */
  List<DeviceSpec> specs() {
    List<DeviceSpec> specs = new ArrayList<>();
    for (int index = 0; index < images.size(); index++) {
      DiskImage image = images.get(index);
      specs.add(StandardDevices.disk(index, image.sectors(), image.writing()));
    }
    return specs;
  }

  /**
   * Checks that the disks of {@code options} are those among {@code devices}, without opening them:
   * the leader still has them.
   *
   * @throws HostException if number, size or access differ, or one is not there or not permitted
   */
  static void requireSame(List<DiskOption> options, List<DeviceSpec> devices) throws HostException {
    List<DeviceSpec> expected =
        devices.stream().filter(device -> device.kind().equals(StandardDevices.BLOCK)).toList();
    List<DeviceSpec> here = new ArrayList<>();
    for (DiskOption option : options) {
      here.add(StandardDevices.disk(here.size(), sectors(option), option.writing()));
    }
    if (!expected.equals(here)) {
      throw new HostException(
          "the leader's machine has the disks %s, and --disk names %s here; name the same disks in the same order"
              .formatted(words(expected), words(here)));
    }
  }

  private static long sectors(DiskOption option) throws HostException {
    boolean written = option.writing() == BlockConfig.Writing.ALLOWED && option.overlay().isEmpty();
    if (!Files.isReadable(option.file()) || (written && !Files.isWritable(option.file()))) {
      throw new HostException(
          "the disk '%s' cannot be %s here"
              .formatted(option.file(), written ? "read and written" : "read"));
    }
    try {
      return Files.size(option.file()) / BlockConfig.SECTOR_BYTES;
    } catch (IOException e) {
      throw new HostException(
          "the disk '" + option.file() + "' cannot be found: " + e.getMessage(), e);
    }
  }

  /** Attaches the disks to {@code vm}, which closes them from here on. */
  void attach(VirtualMachine vm) {
    for (int index = 0; index < images.size(); index++) {
      String name = StandardDevices.diskName(index);
      vm.attach(name, new BlockBackend(name, images.get(index), LiveMachine.failure(vm)));
    }
    images.clear();
  }

  @Override
  public void close() {
    for (DiskImage image : images) {
      try {
        image.close();
      } catch (HostException e) {
        // it was only read from, or never used: nothing is lost
      }
    }
    images.clear();
  }

  private static DiskImage image(DiskOption option) throws HostException {
    boolean readOnly =
        option.access() == DiskOption.Access.READ_ONLY || option.overlay().isPresent();
    DiskImage base =
        RawImage.open(
            option.file(), readOnly ? BlockConfig.Writing.FORBIDDEN : BlockConfig.Writing.ALLOWED);
    return option.overlay().isPresent() ? OverlayImage.open(base, option.overlay().get()) : base;
  }

  private static String words(List<DeviceSpec> specs) {
    return specs.isEmpty()
        ? "none"
        : specs.stream().map(spec -> spec.options().toString()).toList().toString();
  }
}
