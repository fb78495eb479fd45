package dev.vls.replay.cli;

import dev.vls.drivers.net.MacAddress;
import dev.vls.drivers.net.NetBackend;
import dev.vls.drivers.net.NetLink;
import dev.vls.drivers.net.Passt;
import dev.vls.drivers.net.StreamLink;
import dev.vls.drivers.net.TapLink;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.VirtioDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The opened network links of a command line, until they are attached to a machine. */
final class Networks implements AutoCloseable {
  private static final String PASST = "passt";
  private static final Duration REOPEN_PATIENCE = Duration.ofSeconds(5);
  private static final long REOPEN_POLL_MS = 50;

  private final List<NetOption> options;
  private final List<Optional<NetLink>> links = new ArrayList<>();
  private final Consumer<HostException> failure;

  private Networks(List<NetOption> options, Consumer<HostException> failure) {
    this.options = options;
    this.failure = failure;
  }

  /**
   * Opens the links.
   *
   * @param failure told of a link that is lost later
   * @throws HostException if one cannot be opened
   */
  static Networks open(List<NetOption> options, Consumer<HostException> failure)
      throws HostException {
    Networks networks = new Networks(options, failure);
    try {
      for (NetOption option : options) {
        networks.links.add(Optional.of(link(option.link(), failure)));
      }
      return networks;
    } catch (HostException e) {
      networks.close();
      throw e;
    }
  }

  /**
   * Opens the links that another machine had until just now: what it left behind, such as a helper
   * that holds a port, may take a moment to end. A guest can live without a network, so it goes on
   * without a link that cannot be had.
   *
   * @param failure told of such a link, and of one that is lost later
   */
  static Networks reopen(List<NetOption> options, Consumer<HostException> failure)
      throws InterruptedException {
    Networks networks = new Networks(options, failure);
    for (NetOption option : options) {
      networks.links.add(relink(option.link(), failure));
    }
    return networks;
  }

  private static Optional<NetLink> relink(NetOption.Link link, Consumer<HostException> failure)
      throws InterruptedException {
    long endNs = System.nanoTime() + REOPEN_PATIENCE.toNanos();
    while (true) {
      try {
        return Optional.of(link(link, failure));
      } catch (HostException e) {
        if (System.nanoTime() >= endNs) {
          failure.accept(
              new HostException("the guest goes on without a network: " + e.getMessage(), e));
          return Optional.empty();
        }
      }
      TimeUnit.MILLISECONDS.sleep(REOPEN_POLL_MS); // nothing tells when a port is free
    }
  }

  private static NetLink link(NetOption.Link link, Consumer<HostException> failure)
      throws HostException {
    return switch (link) {
      case NetOption.ViaPasst(List<String> tcp, List<String> udp) ->
          Passt.start(new Passt.Config(PASST, tcp, udp), failure);
      case NetOption.Socket socket -> StreamLink.connect(socket.path(), failure);
      case NetOption.Tap tap -> TapLink.open(tap.name(), failure);
    };
  }

  /** Returns the cards that are plugged into these links. */
  List<DeviceSpec> specs(VirtioSlots slots) throws HostException {
    List<DeviceSpec> specs = new ArrayList<>();
    for (NetOption option : options) {
      int index = specs.size();
      MacAddress mac = option.mac().orElseGet(() -> MacAddress.ofCard(index));
      specs.add(VirtioDevices.net(slots.next(), index, mac));
    }
    return specs;
  }

  /**
   * Checks that there is a link for each card among {@code devices}.
   *
   * @throws HostException if there is not
   */
  static void requireSame(List<NetOption> options, List<DeviceSpec> devices, String whose)
      throws HostException {
    long expected =
        devices.stream().filter(device -> device.kind().equals(VirtioDevices.NET)).count();
    if (expected != options.size()) {
      throw new HostException(
          "%s has %d network cards, and --net names %d here; name a link for each"
              .formatted(whose, expected, options.size()));
    }
  }

  /** Attaches the links to {@code vm}, which closes them from here on. */
  void attach(VirtualMachine vm) {
    for (int index = 0; index < links.size(); index++) {
      String name = VirtioDevices.netName(index);
      links.get(index).ifPresent(link -> vm.attach(name, new NetBackend(name, link, failure)));
    }
    links.clear();
  }

  @Override
  public void close() {
    links.forEach(link -> link.ifPresent(NetLink::close));
    links.clear();
  }
}
