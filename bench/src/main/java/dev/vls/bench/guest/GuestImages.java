package dev.vls.bench.guest;

import dev.vls.log.Bytes;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The prebuilt guest images. */
public final class GuestImages {
  private final Path folder;

  /** Looks in {@code folder}. */
  public GuestImages(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the images of the VLS that runs, or of the one in the current folder.
   *
   * @param home where VLS lies, as the launcher says; may be null
   */
  public static GuestImages ofHome(String home) {
    return new GuestImages(Path.of(home == null ? "." : home, "guests", "prebuilt"));
  }

  /** Returns the file of the image {@code name}. */
  public Path path(String name) {
    return folder.resolve(name + ".elf").toAbsolutePath().normalize();
  }

  /**
   * Returns its content.
   *
   * @throws HostException if it cannot be read
   */
  public Bytes bytes(String name) throws HostException {
    try {
      return Bytes.wrap(Files.readAllBytes(path(name)));
    } catch (IOException e) {
      throw new HostException(
          "the bench guest %s cannot be read; run the bench from a clone of VLS"
              .formatted(path(name)),
          e);
    }
  }
}
