package dev.vls.replay.cli;

import dev.vls.drivers.block.DiskInUseException;
import dev.vls.drivers.entropy.EntropyBackend;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.VirtioDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What is behind the devices of a command line, opened and not yet attached to a machine. */
final class Devices implements AutoCloseable {
  private static final long LOCK_POLL_MS = 10;

  private final DeviceOptions options;
  private final Disks disks;
  private final Networks networks;
  private final Shares shares;

  private Devices(DeviceOptions options, Disks disks, Networks networks, Shares shares) {
    this.options = options;
    this.disks = disks;
    this.networks = networks;
    this.shares = shares;
  }

  /**
   * Opens what can be missing or in use.
   *
   * @throws HostException if something is
   */
  static Devices open(DeviceOptions options) throws HostException, InterruptedException {
    return open(options, Networks::open);
  }

  /** How network links are opened: at the start, or after somebody else had them. */
  private interface Linking {
    Networks open(List<NetOption> options, Consumer<HostException> failure)
        throws HostException, InterruptedException;
  }

  private static Devices open(DeviceOptions options, Linking linking)
      throws HostException, InterruptedException {
    Disks disks = Disks.open(options.disks());
    try {
      Shares shares = Shares.open(options.shares());
      try {
        Networks networks = linking.open(options.nets(), options::warn);
        return new Devices(options, disks, networks, shares);
      } catch (HostException | InterruptedException e) {
        shares.close();
        throw e;
      }
    } catch (HostException | InterruptedException e) {
      disks.close();
      throw e;
    }
  }

  /**
   * Opens everything as soon as nobody else has the disks. A leader that has lost the fence and
   * still lives writes until it has closed its disks, and it keeps them locked as long; so waiting
   * for them is part of the takeover. The guest goes on without a network that cannot be had.
   *
   * @param patience how long to wait
   * @param stop whether not to wait any longer
   * @param notice told in one sentence if there is somebody to wait for
   * @throws HostException if a disk cannot be opened, or is in use all the time
   */
  static Devices openWhenFree(
      DeviceOptions options, Duration patience, BooleanSupplier stop, Consumer<String> notice)
      throws HostException, InterruptedException {
    long startedNs = System.nanoTime();
    for (boolean told = false; ; told = true) {
      try {
        return open(options, Networks::reopen);
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

  /**
   * Returns the devices that show this to a guest.
   *
   * @param bus of disks that name none; a guest on virtio has a console and entropy besides
   */
  List<DeviceSpec> specs(Bus bus) throws HostException {
    VirtioSlots slots = new VirtioSlots();
    List<DeviceSpec> specs = new ArrayList<>(disks.specs(bus, slots));
    specs.addAll(networks.specs(slots));
    if (bus == Bus.VIRTIO) {
      specs.add(VirtioDevices.console(slots.next()));
    }
    if (options.entropy() || bus == Bus.VIRTIO) {
      specs.add(VirtioDevices.entropy(slots.next()));
    }
    specs.addAll(shares.specs(slots));
    return specs;
  }

  /**
   * Checks that a machine's devices can be served with {@code options}, without opening anything: a
   * leader still has it.
   *
   * @param whose machine it is, for people
   * @throws HostException if something differs or is not there
   */
  static void requireSame(DeviceOptions options, List<DeviceSpec> devices, String whose)
      throws HostException {
    Disks.requireSame(options.disks(), devices, whose);
    Networks.requireSame(options.nets(), devices, whose);
    Shares.requireSame(options.shares(), devices, whose);
  }

  /** Attaches everything to {@code vm}, which closes it from here on. */
  void attach(VirtualMachine vm) {
    disks.attach(vm, options::warn);
    networks.attach(vm);
    shares.attach(vm);
    for (DeviceSpec device : vm.spec().devices()) {
      if (device.kind().equals(VirtioDevices.ENTROPY)) {
        vm.attach(device.name(), new EntropyBackend(new SecureRandom()));
      }
    }
  }

  @Override
  public void close() {
    disks.close();
    networks.close();
    shares.close();
  }
}
