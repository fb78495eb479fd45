package dev.vls.log.wire;

import dev.vls.log.MachineConfig;
import dev.vls.log.MachineConfig.Device;
import dev.vls.log.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeSet;

/** Names everything that differs between two manifests and that replay depends on. */
final class ManifestDifference {
  private final List<String> differences = new ArrayList<>();

  private ManifestDifference() {}

  /** Returns one sentence for each difference; none if the runs are the same. */
  static List<String> between(Manifest expected, Manifest found) {
    ManifestDifference difference = new ManifestDifference();
    difference.machine(expected.machine(), found.machine());
    difference.devices(expected.machine().devices(), found.machine().devices());
    difference.images(expected, found);
    difference.differ("features", expected.features(), found.features());
    return List.copyOf(difference.differences);
  }

  private void machine(MachineConfig expected, MachineConfig found) {
    differ("RAM bytes", expected.ramBytes(), found.ramBytes());
    differ("harts", expected.harts(), found.harts());
    differ("time policy", expected.timePolicy(), found.timePolicy());
    differ(
        "instructions per second", expected.instructionsPerSecond(), found.instructionsPerSecond());
    differ("start mode", expected.start(), found.start());
    differ("append", expected.append(), found.append());
    differ("capture mode", expected.captureMode(), found.captureMode());
    options("option", expected.options(), found.options());
  }

  private void devices(List<Device> expected, List<Device> found) {
    differ(
        "devices",
        expected.stream().map(Device::name).toList(),
        found.stream().map(Device::name).toList());
    for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
      Device a = expected.get(i);
      Device b = found.get(i);
      String device = "device " + a.name();
      if (a.name().equals(b.name())) {
        differ(device + " kind", a.kind(), b.kind());
        differ(device + " size", a.sizeBytes(), b.sizeBytes());
        differ(device + " sha256", a.sha256(), b.sha256());
        options(device + " option", a.options(), b.options());
      }
    }
  }

  private void images(Manifest expected, Manifest found) {
    differ(
        "images",
        expected.images().stream().map(Manifest.Image::role).toList(),
        found.images().stream().map(Manifest.Image::role).toList());
    for (Manifest.Image a : expected.images()) {
      found
          .image(a.role())
          .ifPresent(
              b -> {
                differ("image " + a.role() + " sha256", a.sha256(), b.sha256());
                differ("image " + a.role() + " size", a.sizeBytes(), b.sizeBytes());
              });
    }
  }

  private void options(
      String what, SortedMap<String, String> expected, SortedMap<String, String> found) {
    TreeSet<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    for (String key : keys) {
      differ(what + " " + key, value(expected, key), value(found, key));
    }
  }

  private static String value(Map<String, String> options, String key) {
    return options.getOrDefault(key, "(none)");
  }

  private void differ(String what, Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      differences.add(what + ": expected " + expected + ", found " + found);
    }
  }
}
