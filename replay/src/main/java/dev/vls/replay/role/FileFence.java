package dev.vls.replay.role;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A fence in a directory that both sides can reach: whoever creates the file of a run's epoch has
 * won.
 *
 * <p>Rests on the file system's exclusive creation, which local ones and NFS from version 3 on
 * give.
 */
public final class FileFence implements Fence {
  private final Path directory;

  /**
   * Creates a fence in {@code directory}, which is made if it is missing.
   *
   * @throws HostException if it cannot be
   */
  public FileFence(Path directory) throws HostException {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new HostException(
          "the fence directory '" + directory + "' cannot be made: " + reason(e), e);
    }
  }

  @Override
  public boolean win(FencedRun run, String who) throws HostException {
    Path file = directory.resolve(run.name());
    try {
      Files.writeString(
          file,
          who + System.lineSeparator(),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return wonBefore(file, who);
    } catch (IOException e) {
      throw new HostException("the fence '" + file + "' cannot be decided: " + reason(e), e);
    }
  }

  private static boolean wonBefore(Path file, String who) throws HostException {
    try {
      return Files.readString(file).strip().equals(who);
    } catch (IOException e) {
      throw new HostException("the fence '" + file + "' cannot be read: " + reason(e), e);
    }
  }

  /** The system's own words are often nothing but the name. */
  private static String reason(IOException e) {
    return switch (e) {
      case FileAlreadyExistsException _ -> "there is a file of that name";
      case NoSuchFileException _ -> "the directory is gone";
      case AccessDeniedException _ -> "access is denied";
      default -> e.getMessage();
    };
  }
}
