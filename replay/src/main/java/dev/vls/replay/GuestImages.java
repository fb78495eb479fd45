package dev.vls.replay;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import dev.vls.log.store.LogDirectory;
import dev.vls.vmm.SavedState;
import dev.vls.vmm.board.BootImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * The files that a machine starts from: a guest as a whole, or firmware or a kernel or both, and an
 * initial RAM disk where there is a kernel, with any of them a device tree; or the state of a
 * machine that was saved, alone. In the order of their roles.
 */
public final class GuestImages {
  private final Map<GuestImage.Role, GuestImage> images = new TreeMap<>();
  private final GuestImage first;
  private final Optional<Future<?>> check;

  /**
   * Creates the set.
   *
   * @throws IllegalArgumentException if these do not make a machine together
   */
  public GuestImages(List<GuestImage> all) {
    this(all, Optional.empty());
  }

  /**
   * @param check what hashes them meanwhile, if anything does; it fails with a {@link LogException}
   */
  private GuestImages(List<GuestImage> all, Optional<Future<?>> check) {
    this.check = check;
    for (GuestImage image : all) {
      if (images.put(image.role(), image) != null) {
        throw new IllegalArgumentException("two images are the " + image.role().id());
      }
    }
    first =
        find(GuestImage.Role.GUEST)
            .or(() -> find(GuestImage.Role.FIRMWARE))
            .or(() -> find(GuestImage.Role.KERNEL))
            .or(() -> find(GuestImage.Role.STATE))
            .orElseThrow(
                () -> new IllegalArgumentException("there is no guest, firmware, kernel or state"));
    boolean parts =
        images.keySet().stream()
            .anyMatch(role -> role != first.role() && role != GuestImage.Role.DEVICE_TREE);
    if (first.role() == GuestImage.Role.GUEST && parts) {
      throw new IllegalArgumentException("a guest as a whole has no parts: " + images.keySet());
    }
    if (find(GuestImage.Role.STATE).isPresent() && images.size() > 1) {
      throw new IllegalArgumentException("a saved state stands alone: " + images.keySet());
    }
    if (find(GuestImage.Role.INITRD).isPresent() && find(GuestImage.Role.KERNEL).isEmpty()) {
      throw new IllegalArgumentException("an initrd needs a kernel that reads it");
    }
  }

  /** Returns the set that is one guest as a whole. */
  public static GuestImages guest(String name, Bytes content) {
    return new GuestImages(List.of(new GuestImage(GuestImage.Role.GUEST, name, content)));
  }

  /**
   * Returns the images of a log. Their hashes are taken on a thread of its own meanwhile: {@link
   * #requireSound} waits for that.
   *
   * @throws LogException if it has none that starts, or one is missing
   */
  static GuestImages of(LogDirectory log) throws LogException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (Manifest.Image image : log.manifest().images()) {
      contents.put(image.role(), log.loadImage(image));
    }
    return of(log.manifest(), contents, Optional.of(check(log, contents)));
  }

  private static Future<?> check(LogDirectory log, Map<String, byte[]> contents) {
    FutureTask<?> check =
        new FutureTask<>(
            () -> {
              for (Manifest.Image image : log.manifest().images()) {
                log.requireSound(image, contents.get(image.role()));
              }
              return null;
            });
    Thread.ofPlatform().name("image-check").daemon().start(check);
    return check;
  }

  /**
   * Waits until the images have been hashed, if a log has them.
   *
   * @throws LogException if one is not what the log's manifest says
   */
  void requireSound() throws LogException {
    if (check.isEmpty()) {
      return;
    }
    try {
      check.get().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LogException damaged) {
        throw damaged;
      }
      throw new IllegalStateException("images could not be hashed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplayException("interrupted while the images were hashed");
    }
  }

  /**
   * Returns the images of a manifest.
   *
   * @param contents of each, by the id of its role; not modified
   * @throws LogException if there is none that starts
   * @throws ReplayException if this version does not know a role or their combination
   */
  static GuestImages of(Manifest manifest, Map<String, byte[]> contents) throws LogException {
    return of(manifest, contents, Optional.empty());
  }

  private static GuestImages of(
      Manifest manifest, Map<String, byte[]> contents, Optional<Future<?>> check)
      throws LogException {
    if (manifest.images().isEmpty()) {
      throw new LogException(
          LogException.Kind.DAMAGED, "the log's manifest names no image that starts");
    }
    List<GuestImage> all = new ArrayList<>();
    for (Manifest.Image image : manifest.images()) {
      GuestImage.Role role =
          GuestImage.Role.of(image.role())
              .orElseThrow(
                  () ->
                      new ReplayException(
                          "the log's manifest has an image of the role '"
                              + image.role()
                              + "', which this version does not know"));
      all.add(new GuestImage(role, image.name(), Bytes.wrap(contents.get(image.role()))));
    }
    try {
      return new GuestImages(all, check);
    } catch (IllegalArgumentException e) {
      throw new ReplayException(
          "the log's manifest has images that make no machine: " + e.getMessage());
    }
  }

  /** Returns the image that the machine starts with. */
  public GuestImage first() {
    return first;
  }

  /** Returns the image of this role, if there is one. */
  public Optional<GuestImage> find(GuestImage.Role role) {
    return Optional.ofNullable(images.get(role));
  }

  /** Returns the entries of a manifest. */
  List<Manifest.Image> logged() {
    return images.values().stream().map(GuestImage::logged).toList();
  }

  /** Returns the content of each, by the id of its role; not to be modified. */
  Map<String, byte[]> contents() {
    Map<String, byte[]> contents = new TreeMap<>();
    images.values().forEach(image -> contents.put(image.role().id(), image.content().shared()));
    return contents;
  }

  /** Returns the state that the machine goes on from, if it does not start. */
  Optional<SavedState> state() {
    return find(GuestImage.Role.STATE).map(image -> SavedState.wrap(image.content().shared()));
  }

  /** Returns what the machine loads when it starts. */
  BootImages boot() {
    BootImages boot = BootImages.of(first.content().shared());
    if (first.role() == GuestImage.Role.FIRMWARE && images.containsKey(GuestImage.Role.KERNEL)) {
      boot = boot.withKernel(images.get(GuestImage.Role.KERNEL).content().shared());
    }
    if (images.containsKey(GuestImage.Role.INITRD)) {
      boot = boot.withInitrd(images.get(GuestImage.Role.INITRD).content().shared());
    }
    if (images.containsKey(GuestImage.Role.DEVICE_TREE)) {
      boot = boot.withDeviceTree(images.get(GuestImage.Role.DEVICE_TREE).content().shared());
    }
    return boot;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GuestImages that && images.equals(that.images);
  }

  @Override
  public int hashCode() {
    return images.hashCode();
  }

  @Override
  public String toString() {
    return logged().toString();
  }
}
