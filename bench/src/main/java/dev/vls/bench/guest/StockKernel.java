package dev.vls.bench.guest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Linux that {@code vls linux} has fetched.
 *
 * @param kernel its kernel
 * @param initrd its initial RAM disk
 */
public record StockKernel(Path kernel, Path initrd) {
  /** What it prints when it is up. */
  public static final String READY = "VLS-LINUX-READY";

  /** Its command line: it boots and powers off. */
  public static final String WORDS = "console=ttyS0 quiet cryptomgr.notests vls.run=true";

  /**
   * Returns it, if it was fetched before.
   *
   * @param home where VLS lies; null where no launcher started this
   */
  public static Optional<StockKernel> cached(String home) {
    return Optional.ofNullable(home)
        .map(path -> Path.of(path, "guests", "target", "linux", "trixie"))
        .map(folder -> new StockKernel(folder.resolve("vmlinux"), folder.resolve("initramfs.cpio")))
        .filter(found -> Files.isReadable(found.kernel) && Files.isReadable(found.initrd));
  }

  /** Returns the words of a command of {@code vls} that boots it. */
  public List<String> command(List<String> how, long ramBytes) {
    List<String> words = new ArrayList<>(how);
    words.add("--ram=" + (ramBytes >> 20) + "M");
    words.add("--kernel=" + kernel);
    words.add("--initrd=" + initrd);
    words.add("--append=" + WORDS);
    return words;
  }
}
