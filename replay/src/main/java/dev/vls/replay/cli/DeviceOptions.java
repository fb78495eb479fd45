package dev.vls.replay.cli;

import dev.vls.sma.HostException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that give a machine devices, and say what is behind them. */
final class DeviceOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--disk",
      paramLabel = "FILE[,ro][,overlay=FILE][,bus=BUS]",
      converter = DiskOption.Converter.class,
      description =
          "A disk; repeatable. 'ro' makes it read-only, 'overlay' sends writes to another file."
              + " BUS is xen or virtio (default: xen for an IMAGE, else virtio).")
  private List<DiskOption> disks = List.of();

  @Option(
      names = "--net",
      paramLabel = "LINK[,mac=ADDRESS]",
      converter = NetOption.Converter.class,
      description =
          "A virtio network card; repeatable. LINK is passt (the host's network, by a passt process"
              + " that is started; ',tcp=8080:80' and ',udp=...' forward ports of the host),"
              + " socket:PATH (a Unix domain socket that speaks passt's protocol) or tap:NAME.")
  private List<NetOption> nets = List.of();

  @Option(
      names = "--share",
      paramLabel = "DIR[,tag=NAME]",
      converter = ShareOption.Converter.class,
      description =
          "A directory of the host that the guest can read, by 9P over virtio; repeatable. The"
              + " guest finds it by its tag: 'mount -t 9p -o trans=virtio NAME /mnt' (default:"
              + " share). Only what the guest reads is recorded, so replay does not need it.")
  private List<ShareOption> shares = List.of();

  @Option(names = "--entropy", description = "A virtio device that gives random bytes.")
  private boolean entropy;

  /** Returns the disks, in order. */
  List<DiskOption> disks() {
    return disks;
  }

  /** Returns the network cards, in order. */
  List<NetOption> nets() {
    return nets;
  }

  /** Returns the shared directories, in order. */
  List<ShareOption> shares() {
    return shares;
  }

  /** Tells the user of a failure that the guest survives. Any thread. */
  void warn(HostException trouble) {
    spec.commandLine().getErr().println("vls: " + trouble.getMessage());
    spec.commandLine().getErr().flush();
  }

  /** Returns whether there is an entropy device. */
  boolean entropy() {
    return entropy;
  }
}
