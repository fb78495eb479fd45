package dev.vls.replay.cli;

import dev.vls.sma.HostException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A stock Linux for riscv64 and the firmware that goes with it, as guests/linux/fetch puts them
 * into a folder.
 *
 * @param folder where the files are
 */
public record StockLinux(Path folder) {
  /** The suite whose riscv64 port is official. */
  public static final String SUITE = "trixie";

  /** What the guest prints when it is up, at the beginning of a line. */
  public static final String READY = "VLS-LINUX-READY";

  /** Returns where the files of {@code suite} are kept. */
  static Path cache(String suite) {
    return home().resolve(Path.of("guests", "target", "linux", suite));
  }

  /** Returns what {@link #fetch} has put into the cache for {@code suite}, if it has. */
  public static Optional<StockLinux> cached(String suite) {
    return Optional.of(new StockLinux(cache(suite)))
        .filter(found -> Files.isReadable(found.kernel()) && Files.isReadable(found.initrd()));
  }

  /**
   * Fetches what is not in {@code folder} yet.
   *
   * @param progress is told what takes long
   * @throws HostException if it cannot be had
   */
  static StockLinux fetch(String suite, Path folder, Consumer<String> progress)
      throws HostException, InterruptedException {
    if (!Files.exists(folder.resolve("VERSIONS"))) {
      progress.accept("fetching Debian's kernel for riscv64 (" + suite + "), about 120 MB");
    }
    Path script = home().resolve(Path.of("guests", "linux", "fetch"));
    String last = "";
    try {
      Process fetch =
          new ProcessBuilder(script.toString(), "--suite", suite, folder.toString())
              .redirectErrorStream(true)
              .start();
      try (BufferedReader lines = fetch.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line.isBlank() ? last : line;
        }
      }
      if (fetch.waitFor() == 0) {
        return new StockLinux(folder);
      }
    } catch (IOException e) {
      throw new HostException("cannot run " + script + ": " + e.getMessage(), e);
    }
    throw new HostException(
        "a stock Linux cannot be had: "
            + last
            + "; with --kernel and --initrd 'vls run' starts one of yours");
  }

  /** Returns the kernel. */
  public Path kernel() {
    return folder.resolve("vmlinux");
  }

  /** Returns the initial RAM disk. */
  public Path initrd() {
    return folder.resolve("initramfs.cpio");
  }

  /** Returns another of the files, such as {@code fw_jump.bin}. */
  Path file(String name) {
    return folder.resolve(name);
  }

  private static Path home() {
    return Path.of(System.getProperty("vls.home", System.getProperty("vls.root", ".")));
  }
}
