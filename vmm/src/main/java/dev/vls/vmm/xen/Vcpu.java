package dev.vls.vmm.xen;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;

/**
 * One hart as the ABI sees it: where its {@code vcpu_info} is, and whether it polls.
 *
 * <p>The upcall interrupt is a level, and the guest lowers it by a plain store to {@code
 * evtchn_upcall_pending}. Nobody watches that store. Instead the hart's line is a latch that {@link
 * #refreshUpcall} loads from the byte at the instants that the architecture defines: a delivery,
 * the end of a hypercall, and every instruction that shows or enables interrupts (CSR accesses,
 * SRET, MRET, WFI). All of them are the same in every engine, and between them no interrupt can
 * become takeable; so the latch is never stale when it counts, and a budget boundary, where it is
 * not loaded, stays invisible (R3).
 */
final class Vcpu implements StateExchange.Restorable {
  /** No poll timeout, as an unsigned number of ticks. */
  static final long NEVER = -1;

  private static final int ANY_PORT = 0;

  private final VcpuPort port;
  private final GuestMemory memory;
  private int infoFrame;
  private int infoOffset;
  private InfoPlace place;
  private boolean polling;
  private int pollPort;
  private long pollDeadline = NEVER;

  /** Where the vcpu_info of a vCPU is. */
  enum InfoPlace {
    /** In shared_info: vCPU 0 before it registers its own. */
    SHARED_INFO(0),
    /** Where no guest sees it: any other vCPU before it registers. */
    DUMMY(1),
    /** In guest RAM. */
    REGISTERED(2);

    private final int code;

    InfoPlace(int code) {
      this.code = code;
    }
  }

  /** Creates a vCPU whose info is at {@code offset} of {@code frame} until it registers its own. */
  Vcpu(VcpuPort port, GuestMemory memory, InfoPlace place, int frame, int offset) {
    this.port = port;
    this.memory = memory;
    this.place = place;
    this.infoFrame = frame;
    this.infoOffset = offset;
  }

  VcpuPort port() {
    return port;
  }

  boolean registered() {
    return place == InfoPlace.REGISTERED;
  }

  /**
   * Moves the info to {@code offset} of {@code frame}: old contents first, then every selector bit
   * and the upcall, so that nothing set in the old area is lost (race E11).
   */
  void register(int frame, int offset) {
    byte[] old = new byte[VcpuInfoLayout.BYTES];
    if (place == InfoPlace.SHARED_INFO) {
      memory.read(infoFrame, infoOffset, old, 0, old.length);
    }
    memory.write(frame, offset, old, 0, old.length);
    place = InfoPlace.REGISTERED;
    infoFrame = frame;
    infoOffset = offset;
    GuestClock.fill(memory, frame, offset);
    memory.put64(frame, offset + VcpuInfoLayout.PENDING_SEL_OFFSET, -1L);
    memory.put8(frame, offset + VcpuInfoLayout.UPCALL_PENDING_OFFSET, 1);
    refreshUpcall();
  }

  /**
   * Selects word {@code word} of the pending bits and raises the upcall: step 3 of the delivery
   * order.
   */
  void select(int word) {
    int at = infoOffset + VcpuInfoLayout.PENDING_SEL_OFFSET;
    long selector = memory.i64(infoFrame, at);
    if ((selector & 1L << word) == 0) {
      memory.put64(infoFrame, at, selector | 1L << word);
      if (!upcallPending()) {
        memory.put8(infoFrame, infoOffset + VcpuInfoLayout.UPCALL_PENDING_OFFSET, 1);
      }
    }
    refreshUpcall();
  }

  /** Returns the level of the upcall as guest memory has it now. */
  boolean upcall() {
    return place != InfoPlace.DUMMY && upcallPending();
  }

  /** Loads the hart's line from the byte that the guest may have changed. */
  void refreshUpcall() {
    port.upcall(upcall());
  }

  /**
   * Starts a wait that ends with an event on {@code onlyPort}, or on any port if it is 0, or at
   * {@code deadline} ticks.
   */
  void poll(int onlyPort, long deadline) {
    polling = true;
    pollPort = onlyPort;
    pollDeadline = deadline;
    port.sleep();
  }

  /** Ends a poll that may be interested in {@code eventPort}: step 4 of the delivery order. */
  void wakePoller(int eventPort) {
    if (polling && (pollPort == ANY_PORT || pollPort == eventPort)) {
      endWait();
    }
  }

  /** Forgets a poll and lets the hart run. */
  void endWait() {
    polling = false;
    pollPort = ANY_PORT;
    pollDeadline = NEVER;
    port.wake();
  }

  /** Returns the unsigned tick at which a poll ends by itself, {@link #NEVER} if there is none. */
  long pollDeadline() {
    return pollDeadline;
  }

  @Override
  public void exchange(StateExchange exchange) {
    place = InfoPlace.values()[exchange.number(place.code, 0, InfoPlace.values().length - 1)];
    infoFrame = exchange.number(infoFrame, 0, memory.frames() - 1);
    infoOffset = exchange.number(infoOffset, 0, GuestMemory.FRAME_BYTES - VcpuInfoLayout.BYTES);
    polling = exchange.flag(polling);
    pollPort = exchange.number(pollPort);
    pollDeadline = exchange.word(pollDeadline);
  }

  /** Returns the frame that the guest has registered, {@link GuestMemory#NO_FRAME} for none. */
  int registeredFrame() {
    return registered() ? infoFrame : GuestMemory.NO_FRAME;
  }

  private boolean upcallPending() {
    return memory.u8(infoFrame, infoOffset + VcpuInfoLayout.UPCALL_PENDING_OFFSET) != 0;
  }
}
