package dev.vls.replay;

import dev.vls.log.Bytes;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.vmm.StrongHash;
import java.util.Optional;

/**
 * A file that a machine starts from; a log keeps a copy.
 *
 * @param role what it is for
 * @param name of the file, for people
 * @param content not modified
 */
public record GuestImage(Role role, String name, Bytes content) {
  /** What an image is for; a manifest has its {@link #id}. */
  public enum Role {
    /** The guest as a whole: a payload for S-mode, or for M-mode in a machine with firmware. */
    GUEST("guest"),
    /** Firmware, which starts in M-mode and starts the kernel. */
    FIRMWARE("firmware"),
    /** A kernel: what starts, or what the firmware starts. */
    KERNEL("kernel"),
    /** An initial RAM disk for the kernel. */
    INITRD("initrd"),
    /** A device tree instead of the board's own. */
    DEVICE_TREE("dtb"),
    /** A machine that was saved while it ran: it goes on from there. */
    STATE("state");

    private final String id;

    Role(String id) {
      this.id = id;
    }

    /** Returns the name of the role in a manifest. */
    public String id() {
      return id;
    }

    /** Returns the role that a manifest calls {@code id}, if there is one. */
    static Optional<Role> of(String id) {
      for (Role role : values()) {
        if (role.id.equals(id)) {
          return Optional.of(role);
        }
      }
      return Optional.empty();
    }
  }

  /** Returns the entry of a manifest. */
  Manifest.Image logged() {
    StrongHash hash = new StrongHash();
    hash.bytes(content.shared(), 0, content.length());
    return new Manifest.Image(
        role.id(), name, new Sha256(Bytes.wrap(hash.value())), content.length());
  }
}
