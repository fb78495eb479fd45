package dev.vls.vmm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of a stock Linux, which guests/linux/fetch puts into a folder.
 *
 * @param folder where they are
 */
public record StockFiles(Path folder) {
  private static final String SUITE = "trixie";

  /** Fetches what is not there yet; where it cannot be had, {@code test} is skipped. */
  public static StockFiles fetch(Class<?> test) throws IOException, InterruptedException {
    Path guests = Path.of(System.getProperty("vls.root", ".."), "guests");
    Path folder = guests.resolve(Path.of("target", "linux", SUITE));
    Process fetch =
        new ProcessBuilder(
                guests.resolve(Path.of("linux", "fetch")).toString(),
                "--suite",
                SUITE,
                folder.toString())
            .redirectErrorStream(true)
            .start();
    fetch.getOutputStream().close();
    String said = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (fetch.waitFor() != 0) {
      OutsideTools.skip(test, said);
    }
    return new StockFiles(folder);
  }

  /** Returns a file's content. */
  public byte[] read(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }
}
