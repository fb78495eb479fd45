package dev.vls.replay;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A split device of a machine, as far as the guest can tell: recorded in the manifest.
 *
 * @param kind which {@link DeviceKind} makes its inside half
 * @param name unique in the machine; back-ends attach by it
 * @param options what its inside half depends on
 * @param sizeBytes size of its content, 0 where it has none
 */
public record DeviceSpec(
    String kind, String name, SortedMap<String, String> options, long sizeBytes) {
  /** Copies the options and checks the rest. */
  public DeviceSpec {
    options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    if (kind.isEmpty() || name.isEmpty() || sizeBytes < 0) {
      throw new IllegalArgumentException("a device needs a kind, a name and a size of at least 0");
    }
  }

  /** Creates a device without content. */
  public DeviceSpec(String kind, String name, Map<String, String> options) {
    this(kind, name, new TreeMap<>(options), 0);
  }
}
