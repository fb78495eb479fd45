package dev.vls.drivers.virtio;

import static dev.vls.drivers.virtio.VirtioLayout.*;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.board.InterruptLine;
import dev.vls.vmm.memory.MmioDevice;
import java.util.List;

/**
 * The register block of a virtio-mmio device: negotiation, queue set-up, status and interrupt
 * (virtio 1.2, sections 2.1, 3.1 and 4.2). Accesses of other widths than 4 below the configuration
 * space read 0 and write nothing. Domain's thread.
 */
final class VirtioRegisters implements MmioDevice {
  private static final long WORD = 0xffff_ffffL;
  private static final int HIGH = 32;
  private static final long TRANSPORT_FEATURES =
      1L << FEATURE_INDIRECT_DESC | 1L << FEATURE_EVENT_IDX | 1L << FEATURE_VERSION_1;

  private final VirtioDevice<?> device;
  private final List<VirtQueue> queues;
  private final Owner owner;
  private InterruptLine line = high -> {};
  private long deviceFeaturesSel;
  private long driverFeaturesSel;
  private long driverFeatures;
  private long queueSel;
  private int status;
  private int interrupts;
  private long generation;

  /** What the port does when a register asks for it. */
  interface Owner {
    /** The driver is ready: requests may be there already. */
    void live();

    /** The driver notifies of a queue that is in use. */
    void notified(int queue);

    /** Requests of a queue are to be forgotten. */
    void stopped(int queue);
  }

  VirtioRegisters(VirtioDevice<?> device, List<VirtQueue> queues, Owner owner) {
    this.device = device;
    this.queues = queues;
    this.owner = owner;
  }

  void line(InterruptLine wire) {
    line = wire;
  }

  /** Returns whether requests are to be served. */
  boolean isLive() {
    int needed = STATUS_FEATURES_OK | STATUS_DRIVER_OK;
    return (status & (needed | STATUS_NEEDS_RESET | STATUS_FAILED)) == needed;
  }

  /** Raises the interrupt for used buffers. */
  void interruptUsed() {
    interrupt(INTERRUPT_USED);
  }

  /** The configuration space has changed. */
  void configChanged() {
    generation++;
    if ((status & STATUS_DRIVER_OK) != 0) {
      interrupt(INTERRUPT_CONFIG);
    }
  }

  /** The driver has broken a queue: nothing goes on until it resets the device. */
  void needsReset() {
    if ((status & STATUS_NEEDS_RESET) == 0) {
      status |= STATUS_NEEDS_RESET;
      configChanged();
    }
  }

  private void interrupt(int cause) {
    interrupts |= cause;
    line.level(true);
  }

  @Override
  public long read(long offset, int bytes) {
    if (offset >= CONFIG) {
      return readConfig((int) (offset - CONFIG), bytes);
    }
    return bytes == Integer.BYTES ? read((int) offset) & WORD : 0;
  }

  private long readConfig(int offset, int bytes) {
    byte[] config = device.config();
    long value = 0;
    for (int i = 0; i < bytes && offset + i < config.length; i++) {
      value |= (config[offset + i] & 0xffL) << (Byte.SIZE * i);
    }
    return value;
  }

  private long read(int register) {
    return switch (register) {
      case MAGIC_VALUE -> MAGIC;
      case VERSION -> VERSION_2;
      case DEVICE_ID -> device.deviceId();
      case VENDOR_ID -> VENDOR;
      case DEVICE_FEATURES -> word(offered(), deviceFeaturesSel);
      case QUEUE_NUM_MAX -> queueSel < queues.size() ? VirtQueue.MAX_ENTRIES : 0;
      case QUEUE_READY -> queueSel < queues.size() && selected().ready() ? 1 : 0;
      case INTERRUPT_STATUS -> interrupts;
      case STATUS -> status;
      case CONFIG_GENERATION -> generation;
      default -> register >= SHM_LEN_LOW && register <= SHM_BASE_HIGH ? WORD : 0;
    };
  }

  private long offered() {
    return device.features() | TRANSPORT_FEATURES;
  }

  private static long word(long features, long selector) {
    return selector == 0 ? features & WORD : selector == 1 ? features >>> HIGH : 0;
  }

  private VirtQueue selected() {
    return queues.get((int) queueSel);
  }

  @Override
  public void write(long offset, int bytes, long value) {
    if (bytes == Integer.BYTES && offset < CONFIG) {
      write((int) offset, value & WORD);
    }
  }

  private void write(int register, long value) {
    switch (register) {
      case DEVICE_FEATURES_SEL -> deviceFeaturesSel = value;
      case DRIVER_FEATURES_SEL -> driverFeaturesSel = value;
      case DRIVER_FEATURES -> driverFeatures(value);
      case QUEUE_SEL -> queueSel = value;
      case QUEUE_NOTIFY -> notifyQueue(value);
      case INTERRUPT_ACK -> acknowledge((int) value);
      case STATUS -> status((int) value & 0xff);
      case QUEUE_READY -> queueReady(value);
      default -> {
        if (queueSel < queues.size() && !selected().ready()) {
          configureQueue(register, value);
        }
      }
    }
  }

  private void configureQueue(int register, long value) {
    switch (register) {
      case QUEUE_NUM -> selected().entries(value);
      case QUEUE_DESC_LOW -> selected().descriptors(value, 0);
      case QUEUE_DESC_HIGH -> selected().descriptors(value, HIGH);
      case QUEUE_DRIVER_LOW -> selected().avail(value, 0);
      case QUEUE_DRIVER_HIGH -> selected().avail(value, HIGH);
      case QUEUE_DEVICE_LOW -> selected().used(value, 0);
      case QUEUE_DEVICE_HIGH -> selected().used(value, HIGH);
      default -> {
        // not a register that can be written
      }
    }
  }

  private void driverFeatures(long value) {
    if ((status & STATUS_FEATURES_OK) == 0 && driverFeaturesSel <= 1) {
      int shift = driverFeaturesSel == 0 ? 0 : HIGH;
      driverFeatures = driverFeatures & ~(WORD << shift) | value << shift;
    }
  }

  private boolean accepted(int feature) {
    return (driverFeatures & 1L << feature) != 0;
  }

  private void queueReady(long value) {
    if (queueSel >= queues.size()) {
      return;
    }
    if (value == 1 && !selected().ready() && (status & STATUS_FEATURES_OK) != 0) {
      selected().start(accepted(FEATURE_INDIRECT_DESC), accepted(FEATURE_EVENT_IDX));
    } else if (value == 0 && selected().ready()) {
      selected().stop();
      owner.stopped((int) queueSel);
    }
  }

  private void notifyQueue(long queue) {
    if (isLive() && queue < queues.size() && queues.get((int) queue).ready()) {
      owner.notified((int) queue);
    }
  }

  private void acknowledge(int causes) {
    interrupts &= ~causes;
    line.level(interrupts != 0);
  }

  private void status(int value) {
    if (value == 0) {
      reset();
      return;
    }
    int before = status;
    status = value & ~STATUS_NEEDS_RESET | before & STATUS_NEEDS_RESET;
    boolean choosing = (value & STATUS_FEATURES_OK) != 0 && (before & STATUS_FEATURES_OK) == 0;
    if (choosing) {
      choose();
    }
    if (isLive() && (before & STATUS_DRIVER_OK) == 0) {
      owner.live();
    }
  }

  /** The driver's choice stands if it is possible; else it reads back that it does not. */
  private void choose() {
    boolean tooOld = device.needsVersion1() && !accepted(FEATURE_VERSION_1);
    if ((driverFeatures & ~offered()) != 0 || tooOld) {
      status &= ~STATUS_FEATURES_OK;
    } else {
      device.negotiated(driverFeatures & ~TRANSPORT_FEATURES);
    }
  }

  private void reset() {
    status = 0;
    driverFeatures = 0;
    deviceFeaturesSel = 0;
    driverFeaturesSel = 0;
    queueSel = 0;
    for (int queue = 0; queue < queues.size(); queue++) {
      queues.get(queue).reset();
      owner.stopped(queue);
    }
    device.negotiated(0);
    acknowledge(-1);
  }

  @Override
  public void exchange(StateExchange exchange) {
    deviceFeaturesSel = exchange.word(deviceFeaturesSel);
    driverFeaturesSel = exchange.word(driverFeaturesSel);
    driverFeatures = exchange.word(driverFeatures);
    queueSel = exchange.word(queueSel) & WORD;
    status = exchange.number(status, 0, 0xff);
    interrupts = exchange.number(interrupts);
    generation = exchange.word(generation);
  }
}
