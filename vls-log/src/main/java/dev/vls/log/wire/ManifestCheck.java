package dev.vls.log.wire;

import dev.vls.log.Manifest;
import java.util.List;

/** What a follower has against a leader's machine, beyond what the stream itself compares. */
@FunctionalInterface
public interface ManifestCheck {
  /** Takes any machine. */
  ManifestCheck NONE = manifest -> List.of();

  /**
   * Returns one sentence for each reason not to follow; none to follow. On the event loop; must not
   * wait for anything but a local file.
   */
  List<String> objections(Manifest manifest);
}
