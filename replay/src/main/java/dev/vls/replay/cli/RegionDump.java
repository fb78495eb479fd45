package dev.vls.replay.cli;

import dev.vls.sma.HostException;
import dev.vls.vmm.jit.RegionListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Writes each region of translated code to a file of its own, in the order in which they are made.
 * On the thread that makes regions, so that the guest never waits for a disk.
 */
final class RegionDump implements RegionListener {
  private final Path directory;
  private final PrintWriter err;
  private int made;
  private boolean failed;

  private RegionDump(Path directory, PrintWriter err) {
    this.directory = directory;
    this.err = err;
  }

  /**
   * Makes the directory, if need be.
   *
   * @param err is told if a file cannot be written later, once; there are no more files then
   * @throws HostException if it cannot be written to
   */
  static RegionDump open(Path directory, PrintWriter err) throws HostException {
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      throw new HostException(
          "regions cannot be written to '%s': expected a directory, found a file; name another"
              .formatted(directory),
          e);
    } catch (IOException e) {
      throw new HostException(
          "regions cannot be written to '%s': the directory cannot be made (%s)"
              .formatted(directory, Failures.of(e).sentence()),
          e);
    }
    if (!Files.isWritable(directory)) {
      throw new HostException(
          "regions cannot be written to '%s': this user may not write there; name another"
              .formatted(directory));
    }
    return new RegionDump(directory, err);
  }

  @Override
  public synchronized void made(long pc, Supplier<String> listing) {
    if (failed) {
      return;
    }
    Path file = directory.resolve("%06d-%016x.txt".formatted(made, pc));
    made++;
    try {
      Files.writeString(file, listing.get());
    } catch (IOException e) {
      failed = true;
      err.printf(
          "vls: '%s' cannot be written (%s); no more regions are, and the guest runs on%n",
          file, Failures.of(e).sentence());
      err.flush();
    }
  }
}
