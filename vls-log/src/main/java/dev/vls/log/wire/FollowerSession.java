package dev.vls.log.wire;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.frame.BadFrameException;
import dev.vls.log.frame.EventDecoder;
import dev.vls.log.frame.EventDecoder.Step;
import dev.vls.log.frame.ManifestCodec;
import dev.vls.log.wire.FollowerConfig.AckMode;
import dev.vls.log.wire.WireMessage.Role;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The follower's connection: handshake, images, then events in and acknowledgements out; on the
 * event loop.
 */
final class FollowerSession extends WireSession {
  private enum State {
    WELCOME,
    IMAGES,
    OPEN
  }

  private final FollowerConfig config;
  private final ManifestCheck check;
  private final IncomingQueue queue;
  private final WireCounters counters;
  private final CompletableFuture<FollowerSession> opened = new CompletableFuture<>();
  private final AtomicBoolean ackIsDue = new AtomicBoolean();

  private State state = State.WELCOME;
  private ScheduledFuture<?> deadline;
  private ChannelHandlerContext context;
  private WireMessage.Welcome welcome;
  private Manifest manifest;
  private ImageReceiver images;
  private FrameStream frames;

  /** Octets of all whole events that came. */
  private long receivedBytes;

  /** Written on the event loop; the replayer reads it to see when credit is due. */
  private volatile long grantedBytes;

  private boolean ackAfterRead;
  private WireMessage.Ack lastAck;

  private volatile long persisted;
  private volatile LogPosition replayed = LogPosition.START;

  FollowerSession(
      FollowerConfig config, ManifestCheck check, IncomingQueue queue, WireCounters counters) {
    this.config = config;
    this.check = check;
    this.queue = queue;
    this.counters = counters;
    this.persisted = config.nextSequence();
  }

  /** Completed when the stream is open; completed with a {@link LogException} if it will not be. */
  CompletableFuture<FollowerSession> opened() {
    return opened;
  }

  WireMessage.Welcome welcome() {
    return welcome;
  }

  Manifest manifest() {
    return manifest;
  }

  ImageReceiver images() {
    return images;
  }

  /** Notes how far the replay is; any thread. The leader is told with the next acknowledgement. */
  void replayed(LogPosition position) {
    replayed = position;
  }

  /** Notes that events below {@code sequence} are in the follower's log; any thread. */
  void persisted(long sequence) {
    persisted = sequence;
    if (config.ackMode() == AckMode.ON_PERSISTED) {
      requestAck();
    }
  }

  /**
   * Gives credit back when a quarter of the window was taken; any thread, once the session is open.
   */
  void taken() {
    if (queue.takenBytes() + config.windowBytes() - grantedBytes >= config.windowBytes() / 4) {
      requestAck();
    }
  }

  /** Says goodbye and closes; any thread, once the session is open. */
  void leave(String reason) {
    Closure closure = new Closure(Closure.Kind.CLOSED_HERE, "this follower left");
    context.executor().execute(() -> sayBye(context, reason, closure));
  }

  /** Waits until the connection is closed, or {@code timeout} is over. */
  void awaitClosed(Duration timeout) throws InterruptedException {
    context.channel().closeFuture().await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    expectWithin(ctx);
    List<Sha256> held = new ArrayList<>();
    config.images().forEach(image -> held.add(Sha256.of(image.shared())));
    send(
        ctx,
        new WireMessage.Hello(
            WireLayout.VERSION,
            List.of(),
            Role.FOLLOWER,
            config.epoch(),
            config.nextSequence(),
            config.manifestFile(),
            held));
    ctx.fireChannelActive();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (ackAfterRead && !isOver()) {
      ackAfterRead = false;
      sendAck();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  void message(ChannelHandlerContext ctx, WireMessage message) throws LogException {
    switch (message) {
      case WireMessage.Events events when state == State.OPEN -> events(events);
      case WireMessage.Progress mark when state == State.OPEN -> {
        counters.progress();
        queue.progress(new Incoming.Progress(mark.position(), mark.released()));
      }
      case WireMessage.Bye bye -> {
        if (!isLeaving()) {
          send(ctx, new WireMessage.Bye("understood")); // now the leader knows that we know
        }
        part(ctx, "the leader left: " + bye.reason());
      }
      case WireMessage.Welcome m when state == State.WELCOME -> welcome(ctx, m);
      case WireMessage.ImageChunk chunk when state == State.IMAGES -> {
        expectWithin(ctx);
        images.accept(chunk);
        openWhenComplete(ctx);
      }
      case WireMessage.Refusal refusal when state == State.WELCOME ->
          throw new LogException(
              Kind.MISMATCH,
              "the leader at "
                  + config.leader()
                  + " refused: "
                  + String.join("; ", refusal.reasons()));
      default -> throw unexpected(message);
    }
  }

  @Override
  void over(Closure closure) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    queue.close(closure);
    opened.completeExceptionally(closure.asException());
  }

  private void welcome(ChannelHandlerContext ctx, WireMessage.Welcome m) throws LogException {
    welcome = m;
    refuseFor(ctx, mismatches(m));
    byte[] file = m.manifestFile().shared();
    manifest = ManifestCodec.decode(file, "the leader's manifest");
    checkManifest();
    refuseFor(ctx, check.objections(manifest));
    images = new ImageReceiver(manifest, config.images(), config.maxImageBytes());
    frames =
        new FrameStream(
            new EventDecoder(ManifestCodec.seed(file), config.nextSequence(), Optional.empty()));
    state = State.IMAGES;
    expectWithin(ctx);
    openWhenComplete(ctx);
  }

  private static void refuseFor(ChannelHandlerContext ctx, List<String> reasons)
      throws LogException {
    if (!reasons.isEmpty()) {
      send(ctx, new WireMessage.Refusal(reasons));
      throw mismatch("this follower refused the leader: " + String.join("; ", reasons));
    }
  }

  private List<String> mismatches(WireMessage.Welcome m) {
    List<String> reasons = new ArrayList<>();
    if (m.wireVersion() != WireLayout.VERSION) {
      reasons.add(
          "wire version: expected "
              + WireLayout.VERSION
              + ", found "
              + Integer.toUnsignedString(m.wireVersion()));
    }
    if (m.role() != Role.LEADER) {
      reasons.add("role: expected LEADER, found " + m.role());
    }
    if (m.epoch() < config.epoch()) {
      reasons.add("epoch: expected at least " + config.epoch() + ", found " + m.epoch());
    }
    if (m.nextSequence() != config.nextSequence()) {
      reasons.add("next event: expected " + config.nextSequence() + ", found " + m.nextSequence());
    }
    return reasons;
  }

  /** The leader compared already; a follower does not take its word for it. */
  private void checkManifest() throws LogException {
    if (!config.manifestFile().isEmpty()) {
      Manifest expected =
          ManifestCodec.decode(config.manifestFile().shared(), "the follower's manifest");
      List<String> differences = ManifestDifference.between(expected, manifest);
      if (!differences.isEmpty()) {
        throw mismatch("the leader runs another machine: " + String.join("; ", differences));
      }
    }
  }

  private void openWhenComplete(ChannelHandlerContext ctx) {
    if (images.isComplete()) {
      state = State.OPEN;
      deadline.cancel(false);
      sendAck();
      scheduleLag(ctx);
      opened.complete(this);
    }
  }

  private void events(WireMessage.Events events) throws LogException {
    frames.append(events.octets());
    ackAfterRead |= config.ackMode() == AckMode.ON_RECEIPT;
    try {
      Step step = frames.next();
      while (step != Step.INCOMPLETE) {
        take(step);
        step = frames.next();
      }
    } catch (BadFrameException e) {
      throw new LogException(
          Kind.PROTOCOL,
          "the leader's stream is broken: the frame after event "
              + (frames.decoder().sequence() - 1)
              + " "
              + e.getMessage(),
          e);
    }
  }

  private void take(Step step) throws LogException, BadFrameException {
    switch (step) {
      case EVENT -> {
        if (receivedBytes >= grantedBytes) {
          throw new LogException(Kind.PROTOCOL, "the leader sent more than it was granted");
        }
        receivedBytes += frames.eventBytes();
        counters.event(frames.eventBytes());
        EventDecoder decoder = frames.decoder();
        queue.event(decoder.sequence() - 1, decoder.event(), frames.eventBytes());
      }
      case END -> queue.end(frames.decoder().end().orElseThrow());
      case SEAL -> throw new BadFrameException("is a SEAL, which belongs to files");
      case FRAME, INCOMPLETE -> {}
    }
  }

  private void requestAck() {
    if (ackIsDue.compareAndSet(false, true)) {
      context
          .executor()
          .execute(
              () -> {
                ackIsDue.set(false);
                sendAck();
              });
    }
  }

  private void sendAck() {
    if (isOver() || state != State.OPEN) {
      return;
    }
    grantedBytes = Math.max(grantedBytes, queue.takenBytes() + config.windowBytes());
    long received = frames.decoder().sequence();
    long stable = config.ackMode() == AckMode.ON_RECEIPT ? received : Math.min(persisted, received);
    WireMessage.Ack ack = new WireMessage.Ack(stable, replayed, grantedBytes);
    if (!ack.equals(lastAck)) {
      lastAck = ack;
      counters.ack();
      send(context, ack);
    }
  }

  /** Keeps the leader's view of the lag fresh when nothing else is said. */
  private void scheduleLag(ChannelHandlerContext ctx) {
    ScheduledFuture<?> _ =
        ctx.executor()
            .schedule(
                () -> {
                  if (!isOver()) {
                    sendAck();
                    scheduleLag(ctx);
                  }
                },
                config.liveness().interval().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  private void expectWithin(ChannelHandlerContext ctx) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    deadline =
        ctx.executor()
            .schedule(
                () ->
                    finish(
                        ctx,
                        new Closure(
                            Closure.Kind.PEER_LOST,
                            "the leader did not finish its handshake in time")),
                config.handshakeTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  private static LogException mismatch(String what) {
    return new LogException(Kind.MISMATCH, what);
  }
}
