package dev.vls.vmm.xen;

import dev.vls.vmm.StateWords;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.board.HypercallHandler;
import dev.vls.vmm.board.PowerControl;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A domain with real harts, without paging, and the means to be its guest. */
final class XenFixture {
  static final long RAM = GuestMemory.RAM_BASE;
  static final long RAM_BYTES = 1 << 20;
  static final long RAM_GFN = RAM >>> GuestMemory.FRAME_SHIFT;

  /** Where nothing answers. */
  static final long NOWHERE = 0x4000_0000L;

  /** A page that tests pass structures in. */
  static final long ARGUMENT = RAM + 0x1000;

  /** Where tests map shared info. */
  static final long SHARED = 0x38ff_f000L;

  /** Where tests map the grant table. */
  static final long GRANTS = 0x3800_0000L;

  /** Where tests put the vcpu_info of hart n, 0x100 apart. */
  static final long VCPU_INFO = RAM + 0x2040;

  static final int SELF = DomainId.SELF;
  static final long BOOT_NS = 1_700_000_000_123_456_789L;

  final GuestMemory memory = new GuestMemory(RAM_BYTES, XenDomain.FRAMES + 2);
  final TimeBase time = new TimeBase(memory, TimeBase.rateFor(TimeBase.TICKS_PER_SECOND));
  final List<Hart> harts = new ArrayList<>();
  final Hart hart;
  final XenDomain domain;
  final StringBuilder console = new StringBuilder();
  final List<String> power = new ArrayList<>();
  int restarts;

  XenFixture() {
    this(1);
  }

  XenFixture(int count) {
    MmioBus bus = new MmioBus();
    for (int id = 0; id < count; id++) {
      harts.add(new Hart(id, memory, bus, time, Firmware.SUPERVISOR_PAYLOAD));
    }
    hart = harts.getFirst();
    domain =
        new XenDomain(
            memory,
            harts,
            time,
            XenConfig.bootedAt(BOOT_NS),
            (bytes, offset, length) ->
                console.append(new String(bytes, offset, length, StandardCharsets.US_ASCII)),
            new Power());
  }

  /** Makes a hypercall from hart 0 until it is done. */
  long call(int number, long... arguments) {
    return call(hart, number, arguments);
  }

  /** Makes a hypercall until it is done. */
  long call(Hart caller, int number, long... arguments) {
    for (int i = 0; i < 5; i++) {
      caller.x(10 + i, i < arguments.length ? arguments[i] : 0);
    }
    restarts = 0;
    long result = domain.hypercalls().call(caller, number);
    while (result == HypercallHandler.RESTART) {
      restarts++;
      result = domain.hypercalls().call(caller, number);
    }
    return result;
  }

  long event(int operation) {
    return call(Hypercalls.EVENT_CHANNEL_OP, operation, ARGUMENT);
  }

  /** Allocates a port for {@code remote}; fails the test if there is none. */
  int allocUnbound(int remote) {
    put16(ARGUMENT, SELF);
    put16(ARGUMENT + 2, remote);
    return expectPort(event(EventOps.ALLOC_UNBOUND), ARGUMENT + 4);
  }

  long bindInterdomain(int remote, int port) {
    put16(ARGUMENT, remote);
    put32(ARGUMENT + 4, port);
    return event(EventOps.BIND_INTERDOMAIN);
  }

  /** Allocates an IPI port for vCPU {@code vcpu}. */
  int bindIpi(int vcpu) {
    put32(ARGUMENT, vcpu);
    return expectPort(event(EventOps.BIND_IPI), ARGUMENT + 4);
  }

  /** Makes an operation whose only argument is a port. */
  long portOp(int operation, int port) {
    put32(ARGUMENT, port);
    return event(operation);
  }

  private int expectPort(long result, long address) {
    if (result != 0) {
      throw new AssertionError("no port: " + result);
    }
    return (int) get32(address);
  }

  long addToPhysmap(int space, long index, long address) {
    put16(ARGUMENT, SELF);
    put16(ARGUMENT + 2, 0);
    put32(ARGUMENT + 4, space);
    put64(ARGUMENT + 8, index);
    put64(ARGUMENT + 16, address >>> GuestMemory.FRAME_SHIFT);
    return call(Hypercalls.MEMORY_OP, MemoryOps.ADD_TO_PHYSMAP, ARGUMENT);
  }

  XenFixture mapShared() {
    expectZero(addToPhysmap(MemoryOps.SPACE_SHARED_INFO, 0, SHARED));
    return this;
  }

  XenFixture mapGrants(int frames) {
    for (int i = 0; i < frames; i++) {
      expectZero(addToPhysmap(MemoryOps.SPACE_GRANT_TABLE, i, GRANTS + 4096L * i));
    }
    return this;
  }

  long registerVcpu(int vcpu, long address) {
    put64(ARGUMENT, address >>> GuestMemory.FRAME_SHIFT);
    put32(ARGUMENT + 8, (int) address & 4095);
    put32(ARGUMENT + 12, 0);
    return call(Hypercalls.VCPU_OP, VcpuOps.REGISTER_VCPU_INFO, vcpu, ARGUMENT);
  }

  /** Registers the info of hart {@code vcpu} and takes the first spurious upcall. */
  XenFixture registered(int vcpu) {
    expectZero(registerVcpu(vcpu, infoOf(vcpu)));
    quiet(vcpu);
    return this;
  }

  static long infoOf(int vcpu) {
    return VCPU_INFO + 0x100L * vcpu;
  }

  /** Clears upcall and selector as the guest does. */
  void quiet(int vcpu) {
    put8(infoOf(vcpu), 0);
    put64(infoOf(vcpu) + VcpuInfoLayout.PENDING_SEL_OFFSET, 0);
    harts.get(vcpu).refreshUpcall();
  }

  /** Returns whether the upcall interrupt of a hart is pending as the hart decides over it. */
  boolean upcall(int vcpu) {
    Hart each = harts.get(vcpu);
    each.csrs().write(0x104, 1L << XenDomain.UPCALL_INTERRUPT);
    return each.wakeable();
  }

  boolean upcallByte(int vcpu) {
    return get8(infoOf(vcpu)) != 0;
  }

  long selector(int vcpu) {
    return get64(infoOf(vcpu) + VcpuInfoLayout.PENDING_SEL_OFFSET);
  }

  boolean pending(int port) {
    return bit(SHARED + SharedInfoLayout.EVTCHN_PENDING_OFFSET, port);
  }

  void clearPending(int port) {
    long word = SHARED + SharedInfoLayout.EVTCHN_PENDING_OFFSET + port / 64 * 8L;
    put64(word, get64(word) & ~(1L << port));
  }

  void mask(int port, boolean masked) {
    long word = SHARED + SharedInfoLayout.EVTCHN_MASK_OFFSET + port / 64 * 8L;
    put64(word, masked ? get64(word) | 1L << port : get64(word) & ~(1L << port));
  }

  boolean masked(int port) {
    return bit(SHARED + SharedInfoLayout.EVTCHN_MASK_OFFSET, port);
  }

  private boolean bit(long words, int port) {
    return (get64(words + port / 64 * 8L) >>> port & 1) != 0;
  }

  /** Writes grant entry {@code ref} as a guest does. */
  void grant(int ref, int flags, int domain, long gfn) {
    long entry = entry(ref);
    put16(entry + GrantEntryLayout.DOMID_OFFSET, domain);
    put32(entry + GrantEntryLayout.FRAME_OFFSET, (int) gfn);
    put16(entry + GrantEntryLayout.FLAGS_OFFSET, flags);
  }

  int grantFlags(int ref) {
    return (int) get16(entry(ref));
  }

  static long entry(int ref) {
    return GRANTS + 8L * ref;
  }

  void put8(long address, int value) {
    memory.put8(frame(address), offset(address), value);
  }

  void put16(long address, int value) {
    memory.put16(frame(address), offset(address), value);
  }

  void put32(long address, int value) {
    memory.put32(frame(address), offset(address), value);
  }

  void put64(long address, long value) {
    memory.put64(frame(address), offset(address), value);
  }

  long get8(long address) {
    return memory.u8(frame(address), offset(address));
  }

  long get16(long address) {
    return memory.u16(frame(address), offset(address));
  }

  long get32(long address) {
    return memory.i32(frame(address), offset(address)) & 0xffff_ffffL;
  }

  long get64(long address) {
    return memory.i64(frame(address), offset(address));
  }

  /** Returns {@code length} bytes as text up to the first NUL. */
  String text(long address, int length) {
    byte[] bytes = new byte[length];
    memory.read(frame(address), offset(address), bytes, 0, length);
    String text = new String(bytes, StandardCharsets.US_ASCII);
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }

  void text(long address, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    memory.write(frame(address), offset(address), bytes, 0, bytes.length);
  }

  /** Turns Sv39 on, with RAM where it was and a read-only alias of it at 0; returns the alias. */
  long readOnlyAliasOf(long address) {
    long root = RAM + RAM_BYTES - 4096;
    long leaf = RAM_GFN << 10;
    put64(root, leaf | 0xc3); // D A R V
    put64(root + 2 * 8, leaf | 0xc7); // D A W R V
    hart.csrs().write(0x180, 8L << 60 | root >>> GuestMemory.FRAME_SHIFT);
    return address - RAM;
  }

  /** Returns the words of the domain's saved state. */
  List<Long> state() {
    return StateWords.of(domain);
  }

  private int frame(long address) {
    return memory.frameOf(address >>> GuestMemory.FRAME_SHIFT);
  }

  private static int offset(long address) {
    return (int) address & 4095;
  }

  private static void expectZero(long result) {
    if (result != 0) {
      throw new AssertionError("result " + result);
    }
  }

  private final class Power implements PowerControl {
    @Override
    public void off(int code) {
      power.add("off " + code);
    }

    @Override
    public void reset() {
      power.add("reset");
    }
  }
}
