package dev.vls.replay;

import java.util.Map;
import java.util.TreeMap;

/** The kinds of devices that a machine may have; immutable. */
public final class DeviceKinds {
  private final Map<String, DeviceKind> kinds;

  private DeviceKinds(Map<String, DeviceKind> kinds) {
    this.kinds = kinds;
  }

  /** Returns an empty set of kinds. */
  public static DeviceKinds none() {
    return new DeviceKinds(Map.of());
  }

  /** Returns these kinds and one more; it replaces one of the same name. */
  public DeviceKinds with(DeviceKind kind) {
    Map<String, DeviceKind> more = new TreeMap<>(kinds);
    more.put(kind.kind(), kind);
    return new DeviceKinds(more);
  }

  /**
   * Returns the kind of this name.
   *
   * @throws ReplayException if it is unknown here
   */
  public DeviceKind kind(String name) {
    DeviceKind kind = kinds.get(name);
    if (kind == null) {
      throw new ReplayException(
          "this machine has a device of kind '"
              + name
              + "', and only these are known here: "
              + kinds.keySet());
    }
    return kind;
  }
}
