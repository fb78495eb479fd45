package dev.vls.replay;

import dev.vls.log.BrkFrame;
import dev.vls.log.Bytes;
import dev.vls.log.EndFrame;
import dev.vls.log.Sha256;
import dev.vls.sma.Domain;
import dev.vls.vmm.StateHash;
import java.nio.ByteBuffer;

/** What the state of a domain comes to, in the log's terms. */
final class Digests {
  private Digests() {}

  /** Returns the cheap digests; memory costs what has changed since the last call. */
  static BrkFrame.StateDigest periodic(Domain domain) {
    dev.vls.vmm.StateDigest state = domain.machine().digest();
    StateHash devices = new StateHash();
    devices.word(state.devices());
    domain.savePorts(devices);
    long output = ByteBuffer.wrap(domain.gate().digest()).getLong();
    return new BrkFrame.StateDigest(
        state.harts(), state.memory(), devices.value(), output, domain.gate().messages());
  }

  /** Returns the hashes of a final state. */
  static EndFrame.FinalDigests last(Domain domain) {
    return new EndFrame.FinalDigests(
        sha256(domain.machine().registerHash()),
        sha256(domain.machine().memoryHash()),
        sha256(domain.gate().digest()));
  }

  private static Sha256 sha256(byte[] hash) {
    return new Sha256(Bytes.wrap(hash));
  }
}
