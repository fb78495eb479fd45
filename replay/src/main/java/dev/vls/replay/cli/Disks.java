package dev.vls.replay.cli;

import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.DiskImage;
import dev.vls.drivers.block.OverlayImage;
import dev.vls.drivers.block.RawImage;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtioDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The opened disks of a command line, until they are attached to a machine. */
final class Disks implements AutoCloseable {
  private final List<DiskOption> options;
  private final List<DiskImage> images = new ArrayList<>();

  private Disks(List<DiskOption> options) {
    this.options = options;
  }

  /**
   * Opens the images.
   *
   * @throws HostException if one cannot be opened or is none
   */
  static Disks open(List<DiskOption> options) throws HostException {
    Disks disks = new Disks(options);
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
   * Returns the devices that show these disks to a guest.
   *
   * @param bus of those that name none
   */
  List<DeviceSpec> specs(Bus bus, VirtioSlots slots) throws HostException {
    List<DeviceSpec> specs = new ArrayList<>();
    for (int index = 0; index < images.size(); index++) {
      DiskImage image = images.get(index);
      specs.add(
          switch (options.get(index).bus().orElse(bus)) {
            case XEN -> StandardDevices.disk(index, image.sectors(), image.writing());
            case VIRTIO ->
                VirtioDevices.disk(slots.next(), index, image.sectors(), image.writing());
          });
    }
    return specs;
  }

  /**
   * Checks that the disks of {@code options} are those among {@code devices}, without opening them:
   * a leader still has them. The bus is that of the devices.
   *
   * @param whose machine has the devices, for people
   * @throws HostException if number, size or access differ, or one is not there or not permitted
   */
  static void requireSame(List<DiskOption> options, List<DeviceSpec> devices, String whose)
      throws HostException {
    List<BlockConfig> expected =
        devices.stream().filter(StandardDevices::isDisk).map(StandardDevices::blockConfig).toList();
    List<BlockConfig> here = new ArrayList<>();
    for (DiskOption option : options) {
      here.add(new BlockConfig(here.size(), sectors(option), option.writing()));
    }
    if (!expected.equals(here)) {
      throw new HostException(
          "%s has the disks %s, and --disk names %s here; name the same disks in the same order"
              .formatted(whose, words(expected), words(here)));
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

  /**
   * Attaches the disks to {@code vm}, which closes them from here on. A disk that fails is the
   * guest's to hear of, as with hardware, and the run goes on.
   *
   * @param warning told once of each disk that fails
   */
  void attach(VirtualMachine vm, Consumer<HostException> warning) {
    for (int index = 0; index < images.size(); index++) {
      String name = StandardDevices.diskName(index);
      vm.attach(name, new BlockBackend(name, images.get(index), warning, vm::fail));
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

  private static String words(List<BlockConfig> disks) {
    return disks.isEmpty() ? "none" : disks.toString();
  }
}
