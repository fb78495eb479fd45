package dev.vls.replay.cli;

import dev.vls.drivers.block.BlockConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A disk as named on the command line.
 *
 * @param file the image
 * @param access whether the guest may write
 * @param overlay where writes go instead of the image, if not into it
 * @param bus how the guest reaches it, if that was said
 */
record DiskOption(Path file, Access access, Optional<Path> overlay, Optional<Bus> bus) {
  /** Whether the guest may write. */
  enum Access {
    READ_ONLY,
    READ_WRITE
  }

  /** Returns whether the guest may write to this disk. */
  BlockConfig.Writing writing() {
    return access == Access.READ_ONLY ? BlockConfig.Writing.FORBIDDEN : BlockConfig.Writing.ALLOWED;
  }

  /** Reads {@code FILE[,ro][,overlay=FILE][,bus=xen|virtio]}. */
  static final class Converter implements ITypeConverter<DiskOption> {
    private static final String OVERLAY = "overlay=";
    private static final String BUS = "bus=";
    private static final String FORMS =
        "write FILE, FILE,ro or FILE,overlay=FILE, and ,bus=xen or ,bus=virtio behind it";

    @Override
    public DiskOption convert(String text) {
      String[] parts = text.split(",", -1);
      Access access = Access.READ_WRITE;
      Optional<Path> overlay = Optional.empty();
      Optional<Bus> bus = Optional.empty();
      for (int i = 1; i < parts.length; i++) {
        if (parts[i].equals("ro")) {
          access = Access.READ_ONLY;
        } else if (parts[i].startsWith(OVERLAY) && parts[i].length() > OVERLAY.length()) {
          overlay = Optional.of(Path.of(parts[i].substring(OVERLAY.length())));
        } else if (parts[i].startsWith(BUS)) {
          bus = Optional.of(bus(parts[i].substring(BUS.length())));
        } else {
          throw new TypeConversionException("'" + parts[i] + "' is not a disk option; " + FORMS);
        }
      }
      if (parts[0].isEmpty()) {
        throw new TypeConversionException(
            "a disk needs a file: FILE, FILE,ro or FILE,overlay=FILE");
      }
      if (access == Access.READ_ONLY && overlay.isPresent()) {
        throw new TypeConversionException("a disk is either read-only or has an overlay, not both");
      }
      return new DiskOption(Path.of(parts[0]), access, overlay, bus);
    }

    private static Bus bus(String name) {
      return switch (name) {
        case "xen" -> Bus.XEN;
        case "virtio" -> Bus.VIRTIO;
        default ->
            throw new TypeConversionException("'" + name + "' is not a disk's bus; " + FORMS);
      };
    }
  }
}
