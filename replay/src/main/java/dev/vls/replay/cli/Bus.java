package dev.vls.replay.cli;

/** How a guest reaches a device. */
enum Bus {
  /** XenStore, grants and event channels: for guests written for the Xen ABI. */
  XEN,
  /** Virtio over MMIO: for all others. */
  VIRTIO
}
