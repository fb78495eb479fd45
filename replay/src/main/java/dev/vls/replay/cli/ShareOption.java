package dev.vls.replay.cli;

import dev.vls.drivers.share.VirtioShareDevice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A shared directory as named on the command line.
 *
 * @param directory of the host
 * @param tag by which the guest finds it
 */
record ShareOption(Path directory, String tag) {
  private static final String DEFAULT_TAG = "share";

  /** Reads {@code DIR[,tag=NAME]}. */
  static final class Converter implements ITypeConverter<ShareOption> {
    private static final String TAG = ",tag=";

    @Override
    public ShareOption convert(String text) {
      int at = text.lastIndexOf(TAG);
      String directory = at < 0 ? text : text.substring(0, at);
      String tag = at < 0 ? DEFAULT_TAG : text.substring(at + TAG.length());
      int octets = tag.getBytes(StandardCharsets.UTF_8).length;
      if (directory.isEmpty() || octets == 0 || octets > VirtioShareDevice.MAX_TAG) {
        throw new TypeConversionException(
            "'%s' is not a shared directory; write DIR or DIR,tag=NAME, with a name of 1 to %d octets"
                .formatted(text, VirtioShareDevice.MAX_TAG));
      }
      return new ShareOption(Path.of(directory), tag);
    }
  }
}
