package dev.vls.vmm.board;

import dev.vls.vmm.RngSeed;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Interrupt;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Optional;

/**
 * The device tree of the {@code virt} board as this machine has it.
 *
 * @param harts number of harts, 1 to {@link BoardLayout#MAX_HARTS}
 * @param ramBytes size of RAM
 * @param bootArguments the kernel's command line, may be empty
 * @param hypervisor whether the Xen ABI is announced
 * @param initrd where the initial RAM disk is, if there is one
 * @param rngSeed random octets for the kernel, or none
 */
public record VirtDeviceTree(
    int harts,
    long ramBytes,
    String bootArguments,
    Hypervisor hypervisor,
    Optional<LoadedImage> initrd,
    RngSeed rngSeed) {
  /** Whether the guest is told of the Xen ABI. */
  public enum Hypervisor {
    /** A {@code /hypervisor} node. */
    ANNOUNCED,
    /** None. */
    ABSENT
  }

  /** Most bytes of a command line: what stock kernels keep is less. */
  public static final int MAX_BOOT_ARGUMENTS = 2047;

  /** The harts' extensions; the translated and the interpreted machine have the same. */
  static final String ISA = "rv64imafdc_zicntr_zicsr_zifencei_sstc_svadu";

  private static final String[] ISA_EXTENSIONS = {
    "i", "m", "a", "f", "d", "c", "zicntr", "zicsr", "zifencei", "sstc", "svadu"
  };
  private static final int UART_CLOCK_HZ = 3_686_400;
  private static final int PLIC = 1;
  private static final int FINISHER = 2;
  private static final int FIRST_HART = 3;

  /** A machine without an initial RAM disk and a seed. */
  public VirtDeviceTree(int harts, long ramBytes, String bootArguments, Hypervisor hypervisor) {
    this(harts, ramBytes, bootArguments, hypervisor, Optional.empty(), RngSeed.NONE);
  }

  /** Checks the ranges. */
  public VirtDeviceTree {
    if (harts < 1 || harts > BoardLayout.MAX_HARTS) {
      throw new IllegalArgumentException("number of harts " + harts);
    }
    if (bootArguments.length() > MAX_BOOT_ARGUMENTS || bootArguments.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "boot arguments of "
              + bootArguments.length()
              + " characters: expected at most "
              + MAX_BOOT_ARGUMENTS
              + " and no NUL");
    }
  }

  /** Returns the blob. */
  public byte[] encode() {
    DeviceTreeBuilder tree = new DeviceTreeBuilder();
    tree.begin("").cells("#address-cells", 2).cells("#size-cells", 2);
    tree.text("compatible", "riscv-virtio").text("model", "riscv-virtio,vls");
    chosen(tree);
    power(tree);
    tree.begin(unit("memory", GuestMemory.RAM_BASE)).text("device_type", "memory");
    tree.longs("reg", GuestMemory.RAM_BASE, ramBytes).end();
    cpus(tree);
    soc(tree);
    if (hypervisor == Hypervisor.ANNOUNCED) {
      hypervisorNode(tree);
    }
    return tree.end().build(0);
  }

  private void chosen(DeviceTreeBuilder tree) {
    tree.begin("chosen");
    tree.text("stdout-path", "/soc/" + unit("serial", BoardLayout.UART_BASE));
    if (!bootArguments.isEmpty()) {
      tree.text("bootargs", bootArguments);
    }
    initrd.ifPresent(
        disk ->
            tree.longs("linux,initrd-start", disk.start()).longs("linux,initrd-end", disk.end()));
    if (!rngSeed.isEmpty()) {
      tree.bytes("rng-seed", rngSeed.octets());
    }
    tree.end();
  }

  private static void power(DeviceTreeBuilder tree) {
    syscon(tree, "poweroff", "syscon-poweroff", 0x5555);
    syscon(tree, "reboot", "syscon-reboot", 0x7777);
  }

  private static void syscon(DeviceTreeBuilder tree, String name, String compatible, int value) {
    tree.begin(name).text("compatible", compatible).cells("regmap", FINISHER);
    tree.cells("offset", 0).cells("value", value).end();
  }

  private void cpus(DeviceTreeBuilder tree) {
    tree.begin("cpus").cells("#address-cells", 1).cells("#size-cells", 0);
    tree.cells("timebase-frequency", (int) TimeBase.TICKS_PER_SECOND);
    for (int hart = 0; hart < harts; hart++) {
      tree.begin(unit("cpu", hart)).text("device_type", "cpu").cells("reg", hart);
      tree.text("status", "okay").text("compatible", "riscv").text("mmu-type", "riscv,sv48");
      tree.text("riscv,isa", ISA).text("riscv,isa-base", "rv64i");
      tree.text("riscv,isa-extensions", ISA_EXTENSIONS);
      tree.begin("interrupt-controller").cells("#interrupt-cells", 1).flag("interrupt-controller");
      tree.text("compatible", "riscv,cpu-intc").cells("phandle", FIRST_HART + hart).end();
      tree.end();
    }
    tree.end();
  }

  private void soc(DeviceTreeBuilder tree) {
    tree.begin("soc").cells("#address-cells", 2).cells("#size-cells", 2);
    tree.text("compatible", "simple-bus").flag("ranges");
    tree.begin(unit("test", BoardLayout.FINISHER_BASE)).cells("phandle", FINISHER);
    tree.text("compatible", "sifive,test1", "sifive,test0", "syscon");
    tree.longs("reg", BoardLayout.FINISHER_BASE, BoardLayout.FINISHER_BYTES).end();
    tree.begin(unit("rtc", BoardLayout.RTC_BASE)).text("compatible", "google,goldfish-rtc");
    tree.longs("reg", BoardLayout.RTC_BASE, BoardLayout.RTC_BYTES);
    tree.cells("interrupt-parent", PLIC).cells("interrupts", BoardLayout.RTC_IRQ).end();
    tree.begin(unit("clint", BoardLayout.ACLINT_BASE));
    tree.text("compatible", "sifive,clint0", "riscv,clint0");
    tree.cells("interrupts-extended", perHart(Interrupt.MSI, Interrupt.MTI));
    tree.longs("reg", BoardLayout.ACLINT_BASE, BoardLayout.ACLINT_BYTES).end();
    plic(tree);
    tree.begin(unit("serial", BoardLayout.UART_BASE)).text("compatible", "ns16550a");
    tree.longs("reg", BoardLayout.UART_BASE, BoardLayout.UART_BYTES);
    tree.cells("clock-frequency", UART_CLOCK_HZ).cells("interrupt-parent", PLIC);
    tree.cells("interrupts", BoardLayout.UART_IRQ).end();
    virtio(tree);
    tree.end();
  }

  /** All slots, taken or not: which ones have a device is for their registers to say. */
  private static void virtio(DeviceTreeBuilder tree) {
    for (int slot = 0; slot < BoardLayout.VIRTIO_SLOTS; slot++) {
      long base = BoardLayout.VIRTIO_BASE + slot * BoardLayout.VIRTIO_BYTES;
      tree.begin(unit("virtio_mmio", base)).text("compatible", "virtio,mmio");
      tree.longs("reg", base, BoardLayout.VIRTIO_BYTES).cells("interrupt-parent", PLIC);
      tree.cells("interrupts", BoardLayout.VIRTIO_IRQ + slot).end();
    }
  }

  private void plic(DeviceTreeBuilder tree) {
    tree.begin(unit("plic", BoardLayout.PLIC_BASE)).cells("phandle", PLIC);
    tree.text("compatible", "sifive,plic-1.0.0", "riscv,plic0").flag("interrupt-controller");
    tree.cells("#interrupt-cells", 1).cells("#address-cells", 0);
    tree.cells("interrupts-extended", perHart(Interrupt.MEI, Interrupt.SEI));
    tree.longs("reg", BoardLayout.PLIC_BASE, BoardLayout.PLIC_BYTES);
    tree.cells("riscv,ndev", BoardLayout.PLIC_SOURCES).end();
  }

  private void hypervisorNode(DeviceTreeBuilder tree) {
    tree.begin("hypervisor").text("compatible", "xen,xen-4.19", "xen,xen");
    tree.longs("reg", BoardLayout.GRANT_WINDOW_BASE, BoardLayout.GRANT_WINDOW_BYTES);
    tree.cells("interrupts-extended", perHart(Interrupt.UPCALL)).end();
  }

  /** Returns an interrupts-extended list: for each hart its controller and each interrupt. */
  private int[] perHart(int... interrupts) {
    int[] cells = new int[harts * interrupts.length * 2];
    int at = 0;
    for (int hart = 0; hart < harts; hart++) {
      for (int interrupt : interrupts) {
        cells[at++] = FIRST_HART + hart;
        cells[at++] = interrupt;
      }
    }
    return cells;
  }

  private static String unit(String name, long address) {
    return name + '@' + Long.toHexString(address);
  }
}
