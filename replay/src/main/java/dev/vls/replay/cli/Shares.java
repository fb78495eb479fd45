package dev.vls.replay.cli;

import dev.vls.drivers.share.HostTree;
import dev.vls.drivers.share.ShareBackend;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.VirtioDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import java.util.ArrayList;
import java.util.List;

/** The opened directories of a command line, until they are attached to a machine. */
final class Shares implements AutoCloseable {
  private final List<ShareOption> options;
  private final List<HostTree> trees = new ArrayList<>();

  private Shares(List<ShareOption> options) {
    this.options = options;
  }

  /**
   * Opens the directories.
   *
   * @throws HostException if one cannot be opened, or two have the same tag
   */
  static Shares open(List<ShareOption> options) throws HostException {
    long tags = options.stream().map(ShareOption::tag).distinct().count();
    if (tags < options.size()) {
      throw new HostException(
          "two shared directories have the same tag; tell them apart with --share DIR,tag=NAME");
    }
    Shares shares = new Shares(options);
    try {
      for (ShareOption option : options) {
        shares.trees.add(HostTree.open(option.directory()));
      }
      return shares;
    } catch (HostException e) {
      shares.close();
      throw e;
    }
  }

  /** Returns the devices that show these directories to a guest. */
  List<DeviceSpec> specs(VirtioSlots slots) throws HostException {
    List<DeviceSpec> specs = new ArrayList<>();
    for (ShareOption option : options) {
      specs.add(VirtioDevices.share(slots.next(), specs.size(), option.tag()));
    }
    return specs;
  }

  /**
   * Checks that there is a directory for each one among {@code devices}.
   *
   * @throws HostException if the tags differ
   */
  static void requireSame(List<ShareOption> options, List<DeviceSpec> devices, String whose)
      throws HostException {
    List<String> expected =
        devices.stream()
            .filter(device -> device.kind().equals(VirtioDevices.SHARE))
            .map(VirtioDevices::tag)
            .toList();
    List<String> here = options.stream().map(ShareOption::tag).toList();
    if (!expected.equals(here)) {
      throw new HostException(
          "%s has shared directories with the tags %s, and --share names %s here; name the same tags in the same order"
              .formatted(whose, expected, here));
    }
  }

  /** Attaches the directories to {@code vm}, which closes them from here on. */
  void attach(VirtualMachine vm) {
    for (int index = 0; index < trees.size(); index++) {
      String name = VirtioDevices.shareName(index);
      vm.attach(name, new ShareBackend(name, trees.get(index)));
    }
    trees.clear();
  }

  @Override
  public void close() {
    trees.forEach(HostTree::close);
    trees.clear();
  }
}
