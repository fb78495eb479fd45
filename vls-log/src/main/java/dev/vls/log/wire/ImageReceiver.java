package dev.vls.log.wire;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the images that a manifest names, from what is held and from what the leader sends;
 * grows with what has come, not with what is claimed.
 */
final class ImageReceiver {
  private final Manifest manifest;
  private final Map<Sha256, byte[]> contents = new HashMap<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

  ImageReceiver(Manifest manifest, List<Bytes> held, long maxBytes) throws LogException {
    this.manifest = manifest;
    for (Bytes image : held) {
      contents.put(Sha256.of(image.shared()), image.shared());
    }
    contents.put(Sha256.of(new byte[0]), new byte[0]);
    long left = maxBytes;
    for (Manifest.Image image : manifest.images()) {
      long size = contents.containsKey(image.sha256()) ? 0 : image.sizeBytes();
      if (size > left || size > Integer.MAX_VALUE - 8) {
        throw new LogException(
            Kind.PROTOCOL, "the leader's images are larger than " + maxBytes + " bytes");
      }
      left -= size;
    }
  }

  boolean isComplete() {
    return manifest.images().stream().allMatch(image -> contents.containsKey(image.sha256()));
  }

  void accept(WireMessage.ImageChunk chunk) throws LogException {
    Manifest.Image image = expected();
    long after = partial.size() + (long) chunk.octets().length();
    if (!chunk.sha256().equals(image.sha256())
        || chunk.offset() != partial.size()
        || chunk.octets().isEmpty()
        || after > image.sizeBytes()) {
      throw new LogException(Kind.PROTOCOL, "the leader sent another piece than the next one");
    }
    partial.write(chunk.octets().shared(), 0, chunk.octets().length());
    if (after == image.sizeBytes()) {
      complete(image);
    }
  }

  /** Returns the content of each image, by role. */
  Map<String, byte[]> byRole() {
    Map<String, byte[]> byRole = new HashMap<>();
    for (Manifest.Image image : manifest.images()) {
      byRole.put(image.role(), contents.get(image.sha256()));
    }
    return byRole;
  }

  private Manifest.Image expected() throws LogException {
    return manifest.images().stream()
        .filter(image -> !contents.containsKey(image.sha256()))
        .findFirst()
        .orElseThrow(
            () -> new LogException(Kind.PROTOCOL, "the leader sent an image that is there"));
  }

  private void complete(Manifest.Image image) throws LogException {
    byte[] content = partial.toByteArray();
    partial.reset();
    Sha256 found = Sha256.of(content);
    if (!found.equals(image.sha256())) {
      throw new LogException(
          Kind.MISMATCH,
          "image " + image.role() + " sha256: expected " + image.sha256() + ", found " + found);
    }
    contents.put(found, content);
  }
}
