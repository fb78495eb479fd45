package dev.vls.replay.cli;

import dev.vls.replay.GuestImage;
import dev.vls.replay.VirtualMachine;
import dev.vls.replay.profile.GuestProfile;
import dev.vls.replay.profile.GuestSymbols;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The profile of one run, and the names for it: what {@code --profile} asks for. */
final class Profiling implements AutoCloseable {
  private static final List<GuestImage.Role> CODE =
      List.of(GuestImage.Role.GUEST, GuestImage.Role.FIRMWARE, GuestImage.Role.KERNEL);
  private static final long MAX_SYMBOL_BYTES = 1L << 30;

  private final GuestProfile profile;
  private final GuestSymbols symbols;
  private final PrintWriter err;

  private Profiling(GuestProfile profile, GuestSymbols symbols, PrintWriter err) {
    this.profile = profile;
    this.symbols = symbols;
    this.err = err;
  }

  /**
   * Prepares it.
   *
   * @param file has names besides those in the machine's images
   * @throws HostException if it cannot be read or has none
   */
  static Profiling of(VirtualMachine vm, Optional<Path> file, PrintWriter err)
      throws HostException {
    GuestSymbols symbols = new GuestSymbols();
    if (file.isPresent()) {
      read(file.get(), symbols);
    }
    for (GuestImage.Role role : CODE) {
      Optional<GuestImage> image = vm.spec().images().find(role);
      if (image.isPresent()) {
        var _ = symbols.addImage(image.get().content().shared());
      }
    }
    return new Profiling(
        new GuestProfile(vm.domain().machine().whereabouts().orElseThrow()), symbols, err);
  }

  private static void read(Path file, GuestSymbols symbols) throws HostException {
    try {
      if (Files.size(file) > MAX_SYMBOL_BYTES) {
        throw new HostException("the symbols '%s' cannot be read: more than 1 GiB".formatted(file));
      }
      symbols.addFile(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new HostException(
          "the symbols '%s' cannot be read: %s".formatted(file, Failures.of(e).sentence()), e);
    }
    if (symbols.count() == 0) {
      throw new HostException(
          "'%s' has no symbols: expected an ELF64 file that is not stripped, or lines as in System.map"
              .formatted(file));
    }
  }

  /** Begins to sample. */
  void start() {
    profile.start();
  }

  /** Prints the table of what was sampled so far. */
  void print() {
    profile.table(symbols).lines().forEach(line -> err.println("vls: " + line));
    err.flush();
  }

  @Override
  public void close() {
    profile.close();
  }
}
