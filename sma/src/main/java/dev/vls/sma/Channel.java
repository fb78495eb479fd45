package dev.vls.sma;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.xen.Access;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A back-end's way into the guest: takes programs and flushes them (DESIGN section 3).
 *
 * <p>Handed to one back-end at {@link Backend#attach}; a later attachment makes it void. Any thread
 * may call.
 */
public final class Channel {
  private final Attachment attachment;
  private final Inbox inbox;
  private final OutputGate gate;

  Channel(Attachment attachment, Inbox inbox, OutputGate gate) {
    this.attachment = attachment;
    this.inbox = inbox;
    this.gate = gate;
  }

  /** Returns how data is to be brought in. */
  public CaptureMode mode() {
    return attachment.binding().mode();
  }

  /**
   * Flushes a program by notification: it is committed at the domain's next boundary and the
   * channel's event-channel port is activated.
   *
   * <p>Blocks while the inbox is full: a slow domain slows its back-ends.
   *
   * @throws InterruptedException if interrupted while the inbox is full; the program is not
   *     enqueued
   */
  public void push(Program program) throws InterruptedException {
    push(program, result -> {});
  }

  /**
   * Like {@link #push(Program)}; {@code result} is called on the domain's thread, once the program
   * is committed or refused, and must not block.
   */
  public void push(Program program, Consumer<ProgramResult> result) throws InterruptedException {
    inbox.put(new Submission.Flushed(attachment, program, Submission.Flush.PUSH, result));
  }

  /**
   * Leaves a program to be flushed by the guest's next poll ({@code VLSOP_poll}) of the device's
   * event-channel port, or with the next {@link #push}; the poll activates no port by itself. A
   * port that answers on a ring does at the commit what the ring's event index asks for, whatever
   * flushed it.
   *
   * <p>Blocks while the inbox is full. A device whose port has named no event channel to poll is
   * flushed by a push alone, or when more than a thousand programs are held.
   */
  public void hold(Program program, Consumer<ProgramResult> result) throws InterruptedException {
    inbox.put(new Submission.Flushed(attachment, program, Submission.Flush.POLL, result));
  }

  /**
   * Writes into a granted data buffer now, from this thread, ahead of the response that announces
   * it (sampled mode). The program that answers must {@link Program#sample} the range. Does nothing
   * once the channel is void.
   *
   * @throws IllegalStateException in strict mode
   * @throws IllegalArgumentException if the grant is read-only or names no frame, or the range
   *     leaves its page
   */
  public void writeDirect(Grant grant, int offset, byte[] source, int at, int length) {
    if (mode() != CaptureMode.SAMPLED) {
      throw new IllegalStateException("direct writes need sampled mode");
    }
    if (!grant.writable()) {
      throw new IllegalArgumentException("grant " + grant.ref() + " is read-only");
    }
    if (!attachment.binding().memory().isFrame(grant.frame())) {
      throw new IllegalArgumentException("grant " + grant.ref() + " names no frame");
    }
    Ranges.check(offset, length);
    attachment.write((grant.frame() << GuestMemory.FRAME_SHIFT) + offset, source, at, length);
  }

  /**
   * Pins a grant of the guest, by mutual exclusion (DESIGN section 3): at the domain's next
   * boundary the entry's status bits change, and what changed is part of that event.
   *
   * <p>Blocks while the inbox is full. What depends on the future runs on the domain's thread and
   * must not block.
   *
   * @param ref grant reference as the guest gave it, any number
   * @return {@link PinResult.Pinned}, {@link PinResult.Refused} or {@link PinResult.Detached}, once
   *     the event is committed
   */
  public CompletableFuture<PinResult> pin(int ref, Access access) throws InterruptedException {
    return exclusion(Submission.Use.PIN, ref, access);
  }

  /**
   * Takes one {@link #pin} of this channel back in the same way; detaching does so for all that are
   * left.
   *
   * @return {@link PinResult.Unpinned}, {@link PinResult.Refused} if this channel has no such pin,
   *     or {@link PinResult.Detached}
   */
  public CompletableFuture<PinResult> unpin(Grant grant) throws InterruptedException {
    Access access = grant.writable() ? Access.WRITE : Access.READ;
    return exclusion(Submission.Use.UNPIN, grant.ref(), access);
  }

  /**
   * Tells the gate that the back-end has dealt with messages of the given total {@link
   * OutputMessage#weight}; those of {@link DevicePort#reissue} count like all others.
   */
  public void taken(long weight) {
    gate.taken(attachment, weight);
  }

  private CompletableFuture<PinResult> exclusion(Submission.Use use, int ref, Access access)
      throws InterruptedException {
    CompletableFuture<PinResult> result = new CompletableFuture<>();
    inbox.put(new Submission.Exclusion(attachment, use, ref, access, result::complete));
    return result;
  }
}
