package dev.vls.log;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The instant of an event, and what the VMM itself changes there (DESIGN section 4).
 *
 * @param position where; later than that of the event before
 * @param kind why the machine was at this boundary
 * @param hart which hart is there, an unsigned 32-bit number
 * @param pc its program counter, a guest virtual address: a check, not a search key
 * @param updates stores into the VMM's frames, made after the event's SMA stores, in order
 * @param ports event-channel ports activated after all stores, in order; unsigned 32-bit numbers
 * @param results results of a non-deterministic instruction or call; often empty
 * @param digest state before the event is applied; now and then
 * @param mark what the guest has remarked; changes nothing, often empty
 * @param remark what somebody outside has remarked; changes nothing, often empty
 */
public record BrkFrame(
    LogPosition position,
    InstantKind kind,
    int hart,
    long pc,
    List<FrameUpdate> updates,
    List<Integer> ports,
    Bytes results,
    Optional<StateDigest> digest,
    String mark,
    String remark) {
  /** Copies the lists. */
  public BrkFrame {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(kind, "kind");
    updates = List.copyOf(updates);
    ports = List.copyOf(ports);
    Objects.requireNonNull(results, "results");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(mark, "mark");
    Objects.requireNonNull(remark, "remark");
  }

  /** Creates one with neither results nor digest nor remarks. */
  public BrkFrame(
      LogPosition position,
      InstantKind kind,
      int hart,
      long pc,
      List<FrameUpdate> updates,
      List<Integer> ports) {
    this(position, kind, hart, pc, updates, ports, Bytes.EMPTY, Optional.empty(), "", "");
  }

  /** Why the machine was at an instruction boundary; {@code vls.proto} gives the codes. */
  public enum InstantKind {
    /** An asynchronous point: nothing in the guest recurs there by itself. */
    INTR,
    /** A supervisor binary interface call. */
    SBI,
    /** A hypercall. */
    HYPERCALL,
    /** Waiting for an interrupt. */
    WFI,
    /** An instruction or device access that the VMM emulates. */
    EMULATED
  }

  /**
   * 64-bit digests of a machine's state, cheap enough to be taken often. The machine defines what
   * is hashed.
   *
   * @param registers of all harts
   * @param memory of all machine frames
   * @param devices of everything else inside the boundary
   * @param output of everything that left through the output gate
   * @param outputBytes how many bytes left through it; never negative
   */
  public record StateDigest(
      long registers, long memory, long devices, long output, long outputBytes) {
    /** Checks the count. */
    public StateDigest {
      if (outputBytes < 0) {
        throw new IllegalArgumentException("output bytes " + outputBytes + " is negative");
      }
    }
  }
}
