package dev.vls.drivers.block;

import dev.vls.sma.HostException;
import java.nio.file.Path;

/** A disk that another machine has open for writing; it may be free later. */
public final class DiskInUseException extends HostException {
  private static final long serialVersionUID = 1L;

  DiskInUseException(Path path) {
    super("the disk " + path + " is in use by another machine; stop that one first");
  }
}
