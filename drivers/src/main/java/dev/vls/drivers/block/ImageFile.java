package dev.vls.drivers.block;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A file by position, locked while it is open for writing, so that two machines cannot write one
 * disk.
 */
final class ImageFile implements OverlayStorage {
  private final Path path;
  private final FileChannel channel;

  private ImageFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens an existing file. */
  static ImageFile open(Path path, BlockConfig.Writing writing) throws HostException {
    if (!Files.isRegularFile(path)) {
      throw new HostException("the disk " + path + " is not a file that exists");
    }
    return open(
        path,
        writing == BlockConfig.Writing.ALLOWED
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.READ));
  }

  /** Opens a file for writing and creates it if it is missing. */
  static ImageFile openOrCreate(Path path) throws HostException {
    return open(
        path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
  }

  private static ImageFile open(Path path, Set<? extends OpenOption> options) throws HostException {
    try {
      FileChannel channel = FileChannel.open(path, options);
      if (options.contains(StandardOpenOption.WRITE) && !locked(channel)) {
        channel.close();
        throw new DiskInUseException(path);
      }
      return new ImageFile(path, channel);
    } catch (DiskInUseException inUse) {
      throw inUse;
    } catch (IOException cause) {
      throw refusal(path, options.contains(StandardOpenOption.WRITE), cause);
    }
  }

  private static HostException refusal(Path path, boolean writing, IOException cause) {
    String how = writing ? "opened for writing" : "opened";
    String why =
        switch (cause) {
          case AccessDeniedException denied -> "this user may not";
          case NoSuchFileException missing -> "there is no such folder";
          case FileSystemException e when e.getReason() != null -> e.getReason();
          default -> cause.getMessage();
        };
    String instead = writing ? "; ',ro' behind a disk's name makes it read-only" : "";
    return new HostException(
        "the disk %s cannot be %s: %s%s".formatted(path, how, why, instead), cause);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  Path path() {
    return path;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void read(long position, byte[] target, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(target, offset, length);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position() - offset) < 0) {
          throw new IOException(
              "it ends at byte " + channel.size() + ", before what was to be read");
        }
      }
    } catch (IOException cause) {
      throw named(cause);
    }
  }

  @Override
  public void write(long position, byte[] source, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(source, offset, length);
    try {
      while (buffer.hasRemaining()) {
        int written = channel.write(buffer, position + buffer.position() - offset);
        if (written <= 0) {
          throw new IOException("it takes no more bytes");
        }
      }
    } catch (IOException cause) {
      throw named(cause);
    }
  }

  @Override
  public void force() throws IOException {
    try {
      channel.force(false);
    } catch (IOException cause) {
      throw named(cause);
    }
  }

  /** The system's own words do not say which file they are about. */
  private IOException named(IOException cause) {
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new IOException(path + ": " + why, cause);
  }

  @Override
  public void close() throws HostException {
    try {
      channel.close();
    } catch (IOException cause) {
      throw new HostException(
          "the disk " + path + " cannot be closed: " + cause.getMessage(), cause);
    }
  }
}
