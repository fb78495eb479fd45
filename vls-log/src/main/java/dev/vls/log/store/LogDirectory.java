package dev.vls.log.store;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.frame.ManifestCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of one log, and its manifest; immutable, for any thread. */
public final class LogDirectory {
  static final String MANIFEST = "manifest";
  static final String INDEX = "index";
  static final String IMAGES = "images";
  static final String CHECKPOINTS = "checkpoints";
  static final String TEMPORARY = ".tmp";

  private static final Pattern SEGMENT_NAME = Pattern.compile("segment-[0-9]{8}\\.vls");

  private final Path path;
  private final Manifest manifest;
  private final byte[] manifestFile;

  private LogDirectory(Path path, Manifest manifest, byte[] manifestFile) {
    this.path = path;
    this.manifest = manifest;
    this.manifestFile = manifestFile;
  }

  /**
   * Creates a log directory with images and manifest in it, synced to disk.
   *
   * @param images the content of each image of the manifest, by role
   * @throws LogException if the directory holds anything already (EXISTS), or the file system fails
   *     (IO)
   * @throws IllegalArgumentException if the images are not those of the manifest
   */
  public static LogDirectory create(Path path, Manifest manifest, Map<String, byte[]> images)
      throws LogException {
    checkImages(manifest, images);
    return create(path, manifest, ManifestCodec.encode(manifest), images);
  }

  /**
   * Creates a log directory for a manifest that came from elsewhere, octet by octet the same, as a
   * follower does.
   *
   * @throws LogException as {@link #create(Path, Manifest, Map)}, and if the manifest is not one
   *     that this program reads, or the images are not those of the manifest (DAMAGED)
   */
  public static LogDirectory create(Path path, byte[] manifestFile, Map<String, byte[]> images)
      throws LogException {
    Manifest manifest = ManifestCodec.decode(manifestFile, "the manifest that was received");
    try {
      checkImages(manifest, images);
    } catch (IllegalArgumentException e) {
      throw new LogException(Kind.DAMAGED, e.getMessage(), e);
    }
    return create(path, manifest, manifestFile.clone(), images);
  }

  private static LogDirectory create(
      Path path, Manifest manifest, byte[] manifestFile, Map<String, byte[]> images)
      throws LogException {
    LogDirectory directory = new LogDirectory(path, manifest, manifestFile);
    try {
      requireEmpty(path);
      Files.createDirectories(directory.images());
      for (Manifest.Image image : manifest.images()) {
        writeSynced(directory.imagePath(image.sha256()), images.get(image.role()));
      }
      sync(directory.images());
      directory.replace(MANIFEST, manifestFile);
    } catch (LogException e) {
      throw e;
    } catch (IOException e) {
      throw failure("create the log", path, e);
    }
    return directory;
  }

  /**
   * Opens the log in {@code path}, looking at its manifest only.
   *
   * @throws LogException if there is none (NOT_A_LOG), or it cannot be used; never another
   *     exception, whatever the files hold
   */
  public static LogDirectory open(Path path) throws LogException {
    if (Files.notExists(path)) {
      throw new LogException(Kind.NOT_A_LOG, "there is no log at " + path);
    }
    Path file = path.resolve(MANIFEST);
    if (!Files.isRegularFile(file)) {
      throw new LogException(
          Kind.NOT_A_LOG, path + " is not a log: it has no file named 'manifest'");
    }
    try {
      if (Files.size(file) > ManifestCodec.MAX_BYTES) {
        throw new LogException(
            Kind.NOT_A_LOG, file + " is not the manifest of a log: it is too large for one");
      }
      byte[] octets = Files.readAllBytes(file);
      return new LogDirectory(path, ManifestCodec.decode(octets, file.toString()), octets);
    } catch (LogException e) {
      throw e;
    } catch (IOException e) {
      throw failure("read", file, e);
    }
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  /** Returns what the run starts from. */
  public Manifest manifest() {
    return manifest;
  }

  /** Returns a copy of the octets of the manifest file, as a follower needs them. */
  public byte[] manifestFile() {
    return manifestFile.clone();
  }

  /** Returns the checksum of the manifest, which goes into the checksum of every frame. */
  public int seed() {
    return ManifestCodec.seed(manifestFile);
  }

  /**
   * Returns the content of an image, hashed and found right.
   *
   * @throws LogException if it is missing or not what the manifest says (DAMAGED), or cannot be
   *     read (IO)
   */
  public byte[] readImage(Manifest.Image image) throws LogException {
    byte[] content = loadImage(image);
    requireSound(image, content);
    return content;
  }

  /**
   * Returns the content of an image, of the right length but not hashed yet: {@link #requireSound}
   * does that.
   *
   * @throws LogException if it is missing or has another length (DAMAGED), or cannot be read (IO)
   */
  public byte[] loadImage(Manifest.Image image) throws LogException {
    Path file = imagePath(image.sha256());
    try {
      if (!Files.isRegularFile(file) || Files.size(file) != image.sizeBytes()) {
        throw new LogException(
            Kind.DAMAGED,
            file + " is missing or has not the " + image.sizeBytes() + " bytes of its image");
      }
      return Files.readAllBytes(file);
    } catch (LogException e) {
      throw e;
    } catch (IOException e) {
      throw failure("read", file, e);
    }
  }

  /**
   * Hashes what {@link #loadImage} returned.
   *
   * @throws LogException if it is not what the manifest says (DAMAGED)
   */
  public void requireSound(Manifest.Image image, byte[] content) throws LogException {
    Sha256 found = Sha256.of(content);
    if (!found.equals(image.sha256())) {
      throw new LogException(
          Kind.DAMAGED,
          imagePath(image.sha256()) + " is damaged: its SHA-256 is " + found + "; copy it again");
    }
  }

  Path segmentPath(int number) {
    return path.resolve(segmentName(number));
  }

  static String segmentName(int number) {
    return String.format("segment-%08d.vls", number);
  }

  Path indexPath() {
    return path.resolve(INDEX);
  }

  Path images() {
    return path.resolve(IMAGES);
  }

  Path imagePath(Sha256 hash) {
    return images().resolve(hash.hex());
  }

  /** Returns the numbers of the segments that are there, ascending. */
  List<Integer> segmentNumbers() throws LogException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(LogDirectory::isSegmentName)
          .map(name -> Integer.valueOf(name.substring(8, 16)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failure("list", path, e);
    }
  }

  static boolean isSegmentName(String name) {
    return SEGMENT_NAME.matcher(name).matches();
  }

  /** Puts {@code content} under {@code name} so that a crash leaves the old file or the new one. */
  void replace(String name, byte[] content) throws IOException {
    Path temporary = path.resolve(name + TEMPORARY);
    writeSynced(temporary, content);
    Files.move(
        temporary,
        path.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    sync(path);
  }

  /** Makes the names in {@code directory} durable. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static LogException failure(String what, Path file, IOException cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new LogException(Kind.IO, "cannot " + what + " " + file + ": " + reason, cause);
  }

  private static void requireEmpty(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.list(path)) {
      if (files.findAny().isPresent()) {
        throw new LogException(
            Kind.EXISTS, path + " is not empty; name a new directory, or remove this one first");
      }
    }
  }

  private static void checkImages(Manifest manifest, Map<String, byte[]> images) {
    for (Manifest.Image image : manifest.images()) {
      byte[] content = images.get(image.role());
      if (content == null || !Sha256.of(content).equals(image.sha256())) {
        throw new IllegalArgumentException(
            "image '"
                + image.role()
                + "' must have the SHA-256 "
                + image.sha256()
                + ", found "
                + (content == null ? "no such image" : Sha256.of(content)));
      }
    }
  }

  private static void writeSynced(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
