package dev.vls.vmm.xen;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.board.ConsoleOutput;
import dev.vls.vmm.board.PowerControl;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import java.util.List;

/**
 * The guest as a domain of the Xen ABI: puts together its hypercalls, event channels, grants and
 * shared pages.
 *
 * <p>Inside the boundary; all calls on the domain's thread. The frames it allocates are, in this
 * order: shared info, grant table, pin records, console page, store page, and one for what
 * unregistered vCPUs are told.
 */
public final class XenDomain implements StateExchange.Restorable {
  /** VMM frames that a domain allocates. */
  public static final int FRAMES = 1 + 2 * GrantTable.MAX_FRAMES + 3;

  /** Local interrupt of the upcall. */
  public static final int UPCALL_INTERRUPT = 24;

  /** Guest frame number of the console ring. */
  public static final long CONSOLE_GFN = 0x39000;

  /** Guest frame number of the XenStore ring. */
  public static final long STORE_GFN = 0x39001;

  /** Most harts of a domain. */
  static final int MAX_VCPUS = 64;

  private static final int CONSOLE_CONNECTION_OFFSET = 3088;
  private static final int DISCONNECTED = 1;
  private static final int DUMMY_STRIDE = 64;

  private final TimeBase time;
  private final PhysicalMap map;
  private final GrantTable grants;
  private final GrantMaps maps;
  private final Vcpu[] vcpus;
  private final EventChannels events;
  private final SchedOps sched;
  private final ExtensionOps extension = new ExtensionOps();
  private final Hypercalls hypercalls;
  private final int consoleFrame;
  private final int storeFrame;
  private final int consolePort;
  private final int storePort;

  /**
   * Creates the domain of a machine before its first instruction.
   *
   * @param memory has {@link #FRAMES} VMM frames left
   * @param harts all harts, by id
   * @param time guest time
   * @param config recorded configuration
   * @param console takes the emergency console's output
   * @param power told of {@code SCHEDOP_shutdown}: power off is code 0, reboot a reset, and any
   *     other reason the code
   */
  public XenDomain(
      GuestMemory memory,
      List<Hart> harts,
      TimeBase time,
      XenConfig config,
      ConsoleOutput console,
      PowerControl power) {
    this(
        memory,
        harts.stream().<VcpuPort>map(HartVcpuPort::new).toList(),
        time,
        config,
        new Seams(console, power));
    for (Hart hart : harts) {
      hart.upcallSource(vcpus[hart.id()]::upcall);
    }
  }

  /** Where output and the end of the run go. */
  record Seams(ConsoleOutput console, PowerControl power) {}

  XenDomain(
      GuestMemory memory, List<VcpuPort> ports, TimeBase time, XenConfig config, Seams seams) {
    if (ports.isEmpty() || ports.size() > MAX_VCPUS) {
      throw new IllegalArgumentException(ports.size() + " harts: expected 1 to " + MAX_VCPUS);
    }
    this.time = time;
    map = new PhysicalMap(memory);
    SharedInfo shared = new SharedInfo(memory, config.bootEpochNs());
    grants = new GrantTable(memory, map);
    maps = new GrantMaps(memory, map, grants);
    consoleFrame = magicPage(memory, CONSOLE_GFN, GrantTable.CONSOLE_REF);
    storeFrame = magicPage(memory, STORE_GFN, GrantTable.STORE_REF);
    memory.put8(consoleFrame, CONSOLE_CONNECTION_OFFSET, DISCONNECTED);
    vcpus = vcpus(memory, ports, shared);
    events = new EventChannels(shared, vcpus);
    storePort = events.allocUnbound(DomainId.HOST);
    consolePort = events.allocUnbound(DomainId.HOST);
    sched = new SchedOps(events, time, seams.power());
    hypercalls = hypercalls(memory, shared, config, seams.console());
  }

  private int magicPage(GuestMemory memory, long gfn, int ref) {
    int frame = memory.allocateFrame();
    map.map(gfn, FrameKind.MAGIC, frame);
    grants.seed(ref, gfn);
    return frame;
  }

  private static Vcpu[] vcpus(GuestMemory memory, List<VcpuPort> ports, SharedInfo shared) {
    int dummy = memory.allocateFrame();
    Vcpu[] vcpus = new Vcpu[ports.size()];
    for (int i = 0; i < vcpus.length; i++) {
      vcpus[i] =
          i == 0
              ? new Vcpu(
                  ports.get(i),
                  memory,
                  Vcpu.InfoPlace.SHARED_INFO,
                  shared.frame(),
                  SharedInfoLayout.VCPU_INFO_OFFSET)
              : new Vcpu(ports.get(i), memory, Vcpu.InfoPlace.DUMMY, dummy, DUMMY_STRIDE * i);
    }
    return vcpus;
  }

  private Hypercalls hypercalls(
      GuestMemory memory, SharedInfo shared, XenConfig config, ConsoleOutput console) {
    Hypercalls table = new Hypercalls(vcpus);
    table.add(Hypercalls.MEMORY_OP, new MemoryOps(memory, map, shared, grants));
    table.add(Hypercalls.XEN_VERSION, new VersionOps(config.handle()));
    table.add(Hypercalls.CONSOLE_IO, new ConsoleOps(console));
    table.add(Hypercalls.GRANT_TABLE_OP, new GrantOps(grants, maps, map));
    table.add(Hypercalls.VM_ASSIST, new VmAssist());
    table.add(Hypercalls.VCPU_OP, new VcpuOps(vcpus, map));
    table.add(Hypercalls.SCHED_OP, sched);
    table.add(Hypercalls.EVENT_CHANNEL_OP, new EventOps(events));
    table.add(Hypercalls.HVM_OP, new HvmOps(storePort, consolePort));
    table.add(Hypercalls.ARCH_0, extension);
    return table;
  }

  /** Returns the hypercalls, for the SBI. */
  public Hypercalls hypercalls() {
    return hypercalls;
  }

  /** Returns the event channels, for the host's ends of split devices. */
  public EventChannels events() {
    return events;
  }

  /** Returns the grant table, for the host's ends of split devices and for SMA commits. */
  public GrantTable grants() {
    return grants;
  }

  /** Sets who answers {@code arch_0}; before that it is -ENOSYS. */
  public void extension(ExtensionHandler handler) {
    extension.handler(handler);
  }

  /** Returns the machine frame of the console ring. */
  public int consoleFrame() {
    return consoleFrame;
  }

  /** Returns the machine frame of the XenStore ring. */
  public int storeFrame() {
    return storeFrame;
  }

  /** Returns the guest's port of the console, allocated for the host to bind. */
  public int consolePort() {
    return consolePort;
  }

  /** Returns the guest's port of the XenStore, allocated for the host to bind. */
  public int storePort() {
    return storePort;
  }

  /**
   * Returns whether {@code hart} may run, and ends its wait if so: an interrupt is pending that sie
   * enables, or the event or the timeout that it polls for has come.
   */
  public boolean runnable(Hart hart) {
    return runnable(vcpus[hart.id()]);
  }

  /** See {@link #runnable(Hart)}. */
  boolean runnable(Vcpu vcpu) {
    VcpuPort port = vcpu.port();
    if (!port.sleeping() || port.interruptPending() || expired(vcpu)) {
      vcpu.endWait();
    }
    return !port.sleeping();
  }

  /**
   * Returns the unsigned tick of the time CSR at which the next poll ends by itself, -1 if none
   * does.
   */
  public long pollTicks() {
    long earliest = Vcpu.NEVER;
    for (Vcpu vcpu : vcpus) {
      if (Long.compareUnsigned(vcpu.pollDeadline(), earliest) < 0) {
        earliest = vcpu.pollDeadline();
      }
    }
    return earliest;
  }

  /**
   * Returns the smallest instret at which {@link #pollTicks} is reached if time goes on as now,
   * {@link Long#MAX_VALUE} if no hart polls with a timeout.
   */
  public long pollDeadline() {
    long ticks = pollTicks();
    return ticks == Vcpu.NEVER ? Long.MAX_VALUE : time.instretAt(ticks, vcpus[0].port().instret());
  }

  /** Returns what is behind guest frame {@code gfn}. */
  FrameKind kindOf(long gfn) {
    return map.kindOf(gfn);
  }

  @Override
  public void exchange(StateExchange exchange) {
    map.exchange(exchange);
    grants.exchange(exchange);
    maps.exchange(exchange);
    for (Vcpu vcpu : vcpus) {
      vcpu.exchange(exchange);
    }
    events.exchange(exchange);
    sched.exchange(exchange);
  }

  /** Derives what nobody saves, when memory is restored too. */
  public void restored() {
    map.restored();
    grants.restored();
    for (Vcpu vcpu : vcpus) {
      if (vcpu.registered()) {
        map.hold(vcpu.registeredFrame());
      }
    }
  }

  private boolean expired(Vcpu vcpu) {
    return Long.compareUnsigned(time.time(vcpu.port().instret()), vcpu.pollDeadline()) >= 0;
  }
}
