package dev.vls.drivers.virtio;

/**
 * Registers of a virtio-mmio device, version 2 (virtio 1.2, section 4.2.2); 32 bits each, the
 * configuration space apart.
 *
 * <pre>
 * offset  access  register
 * 0x000   R       MagicValue
 * 0x004   R       Version
 * 0x008   R       DeviceID
 * 0x00c   R       VendorID
 * 0x010   R       DeviceFeatures, the word that DeviceFeaturesSel chooses
 * 0x014   W       DeviceFeaturesSel
 * 0x020   W       DriverFeatures
 * 0x024   W       DriverFeaturesSel
 * 0x030   W       QueueSel
 * 0x034   R       QueueNumMax
 * 0x038   W       QueueNum
 * 0x044   RW      QueueReady
 * 0x050   W       QueueNotify
 * 0x060   R       InterruptStatus
 * 0x064   W       InterruptACK
 * 0x070   RW      Status
 * 0x080   W       QueueDesc, low and high word
 * 0x090   W       QueueDriver, low and high word
 * 0x0a0   W       QueueDevice, low and high word
 * 0x0b0   R       SHMLen, SHMBase: all ones, there is no shared memory
 * 0x0fc   R       ConfigGeneration
 * 0x100   RW      the device's configuration space, any width
 * </pre>
 */
final class VirtioLayout {
  static final int MAGIC_VALUE = 0x000;
  static final int VERSION = 0x004;
  static final int DEVICE_ID = 0x008;
  static final int VENDOR_ID = 0x00c;
  static final int DEVICE_FEATURES = 0x010;
  static final int DEVICE_FEATURES_SEL = 0x014;
  static final int DRIVER_FEATURES = 0x020;
  static final int DRIVER_FEATURES_SEL = 0x024;
  static final int QUEUE_SEL = 0x030;
  static final int QUEUE_NUM_MAX = 0x034;
  static final int QUEUE_NUM = 0x038;
  static final int QUEUE_READY = 0x044;
  static final int QUEUE_NOTIFY = 0x050;
  static final int INTERRUPT_STATUS = 0x060;
  static final int INTERRUPT_ACK = 0x064;
  static final int STATUS = 0x070;
  static final int QUEUE_DESC_LOW = 0x080;
  static final int QUEUE_DESC_HIGH = 0x084;
  static final int QUEUE_DRIVER_LOW = 0x090;
  static final int QUEUE_DRIVER_HIGH = 0x094;
  static final int QUEUE_DEVICE_LOW = 0x0a0;
  static final int QUEUE_DEVICE_HIGH = 0x0a4;
  static final int SHM_LEN_LOW = 0x0b0;
  static final int SHM_BASE_HIGH = 0x0bc;
  static final int CONFIG_GENERATION = 0x0fc;
  static final int CONFIG = 0x100;

  static final int MAGIC = 0x7472_6976;
  static final int VERSION_2 = 2;

  /** "QEMU" backwards: what software that was ported to its board first may insist on. */
  static final int VENDOR = 0x554d_4551;

  static final int STATUS_ACKNOWLEDGE = 1;
  static final int STATUS_DRIVER = 2;
  static final int STATUS_DRIVER_OK = 4;
  static final int STATUS_FEATURES_OK = 8;
  static final int STATUS_NEEDS_RESET = 64;
  static final int STATUS_FAILED = 128;

  static final int INTERRUPT_USED = 1;
  static final int INTERRUPT_CONFIG = 2;

  static final int FEATURE_INDIRECT_DESC = 28;
  static final int FEATURE_EVENT_IDX = 29;
  static final int FEATURE_VERSION_1 = 32;

  private VirtioLayout() {}
}
