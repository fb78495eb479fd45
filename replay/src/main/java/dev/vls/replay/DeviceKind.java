package dev.vls.replay;

import dev.vls.sma.DevicePort;
import java.util.function.BiFunction;

/**
 * Makes the inside halves of one kind of device. Give yours to {@link DeviceKinds#with}; recorder,
 * replayer and roles need nothing else of it.
 */
public interface DeviceKind {
  /**
   * Returns the kind called {@code name}.
   *
   * @param port does what {@link #port} is to do
   */
  static DeviceKind of(String name, BiFunction<DeviceSpec, Plugged, DevicePort> port) {
    return new DeviceKind() {
      @Override
      public String kind() {
        return name;
      }

      @Override
      public DevicePort port(DeviceSpec spec, Plugged plugged) {
        return port.apply(spec, plugged);
      }
    };
  }

  /** Returns the name by which manifests refer to it. */
  String kind();

  /**
   * Creates the inside half: a function of the arguments alone.
   *
   * @param plugged the devices plugged in before, for those that build on another, such as XenStore
   * @throws IllegalArgumentException if the options make no sense
   */
  DevicePort port(DeviceSpec spec, Plugged plugged);

  /** The devices that were plugged in before. */
  interface Plugged {
    /**
     * Returns the inside half of the given type.
     *
     * @throws IllegalArgumentException if there is none: it must come first in the machine's list
     */
    <P extends DevicePort> P find(Class<P> type);
  }
}
