package dev.vls.log;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a run starts from. Replay depends on everything in it but {@code creator} and {@code
 * createdUnixMs}.
 *
 * @param features what a reader must implement; ascending bits
 * @param creator program and version that wrote it; information only
 * @param createdUnixMs when, milliseconds since 1970-01-01 UTC; information only
 * @param machine the machine
 * @param images what was loaded before the first instruction; roles are unique
 */
public record Manifest(
    List<Feature> features,
    String creator,
    long createdUnixMs,
    MachineConfig machine,
    List<Image> images) {
  /** The format version that this program writes, and the only one it reads. */
  public static final int FORMAT_VERSION = 1;

  /** Copies the lists and checks that bits ascend and roles are unique. */
  public Manifest {
    features = List.copyOf(features);
    Objects.requireNonNull(creator, "creator");
    Objects.requireNonNull(machine, "machine");
    images = List.copyOf(images);
    for (int i = 1; i < features.size(); i++) {
      if (features.get(i).bit() <= features.get(i - 1).bit()) {
        throw new IllegalArgumentException("feature bits must ascend: " + features);
      }
    }
    if (images.stream().map(Image::role).distinct().count() != images.size()) {
      throw new IllegalArgumentException("two images have the same role: " + images);
    }
  }

  /** Returns the image with {@code role}, if there is one. */
  public Optional<Image> image(String role) {
    return images.stream().filter(image -> image.role().equals(role)).findFirst();
  }

  /**
   * Returns whether a run from {@code other} is the same run: everything equal but the information
   * fields.
   */
  public boolean sameRun(Manifest other) {
    return features.equals(other.features)
        && machine.equals(other.machine)
        && images.equals(other.images);
  }

  /**
   * Something that a reader must implement to read a log.
   *
   * @param bit 0 to 63
   * @param name lower case, digits and hyphens
   */
  public record Feature(int bit, String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    /** Checks the ranges. */
    public Feature {
      if (bit < 0 || bit > 63 || !NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "a feature has a bit of 0 to 63 and a short lower-case name, found bit " + bit);
      }
    }
  }

  /**
   * A file that was loaded before the first instruction; a log keeps a copy.
   *
   * @param role "kernel", "firmware", "initrd" and so on
   * @param name of the file it came from; information only
   * @param sha256 of its content
   * @param sizeBytes of its content
   */
  public record Image(String role, String name, Sha256 sha256, long sizeBytes) {
    /** Checks the ranges. */
    public Image {
      Objects.requireNonNull(name, "name");
      if (role.isEmpty() || !sha256.isPresent() || sizeBytes < 0) {
        throw new IllegalArgumentException(
            "an image needs a role, a hash and a size of at least 0, found " + sizeBytes);
      }
    }
  }
}
