package dev.vls.sma;

import dev.vls.vmm.memory.GuestMemory;
import java.util.function.Consumer;

/**
 * A back-end's way into the guest: takes programs and flushes them (DESIGN section 3).
 *
 * <p>Handed to one back-end at {@link Backend#attach}; a later attachment makes it void. Any thread
 * may call.
 */
public final class Channel {
  private final PortBinding binding;
  private final int attachment;
  private final Inbox inbox;
  private final OutputGate gate;

  Channel(PortBinding binding, int attachment, Inbox inbox, OutputGate gate) {
    this.binding = binding;
    this.attachment = attachment;
    this.inbox = inbox;
    this.gate = gate;
  }

  /** Returns how data is to be brought in. */
  public CaptureMode mode() {
    return binding.mode();
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
   * Like {@link #push(Program)}; {@code result} is called on the domain's thread and must not
   * block.
   */
  public void push(Program program, Consumer<ProgramResult> result) throws InterruptedException {
    inbox.put(new Submission(binding, attachment, program, Submission.Flush.PUSH, result));
  }

  /**
   * Leaves a program to be flushed by the guest's next poll of the channel's port: no upcall.
   *
   * <p>Blocks while the inbox is full.
   */
  public void hold(Program program, Consumer<ProgramResult> result) throws InterruptedException {
    inbox.put(new Submission(binding, attachment, program, Submission.Flush.POLL, result));
  }

  /**
   * Writes into a granted data buffer now, from this thread, ahead of the response that announces
   * it (sampled mode). The program that answers must {@link Program#sample} the range.
   *
   * @throws IllegalStateException in strict mode
   * @throws IllegalArgumentException if the grant is read-only or the range leaves its page
   */
  public void writeDirect(Grant grant, int offset, byte[] source, int at, int length) {
    if (mode() != CaptureMode.SAMPLED) {
      throw new IllegalStateException("direct writes need sampled mode");
    }
    if (!grant.writable()) {
      throw new IllegalArgumentException("grant " + grant.ref() + " is read-only");
    }
    Ranges.check(offset, length);
    int address = (grant.frame() << GuestMemory.FRAME_SHIFT) + offset;
    System.arraycopy(source, at, binding.memory().bytes(), address, length);
  }

  /**
   * Tells the gate that the back-end has dealt with messages of the given total {@link
   * OutputMessage#weight}.
   */
  public void taken(long weight) {
    gate.taken(binding, attachment, weight);
  }
}
