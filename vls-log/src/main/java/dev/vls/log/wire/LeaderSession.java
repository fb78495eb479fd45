package dev.vls.log.wire;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.frame.FrameEncoder;
import dev.vls.log.frame.ManifestCodec;
import dev.vls.log.wire.WireMessage.Role;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One follower's connection at the leader: handshake, images, then events out and acknowledgements
 * in; on the event loop.
 */
final class LeaderSession extends WireSession {
  /** What the link does when a session changes; on the event loop. */
  interface Owner {
    /** Returns whether this session may go on: there is no other follower. */
    boolean claim(LeaderSession session);

    /** The stream is open. */
    void opened(LeaderSession session);

    /** The session is over. */
    void closed(LeaderSession session, Closure closure);
  }

  private enum State {
    HELLO,
    IMAGES,
    FIRST_ACK,
    OPEN
  }

  private final LeaderConfig config;
  private final Manifest manifest;
  private final Outbox outbox;
  private final LeaderListener listener;
  private final WireCounters counters;
  private final Owner owner;
  private final AtomicBoolean drainIsDue = new AtomicBoolean();
  private State state = State.HELLO;
  private ScheduledFuture<?> deadline;
  private ChannelHandlerContext context;
  private volatile boolean saidBye;

  LeaderSession(
      LeaderConfig config,
      Manifest manifest,
      Outbox outbox,
      LeaderListener listener,
      WireCounters counters,
      Owner owner) {
    this.config = config;
    this.manifest = manifest;
    this.outbox = outbox;
    this.listener = listener;
    this.counters = counters;
    this.owner = owner;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    expectWithin(ctx);
    ctx.fireChannelActive();
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Sends what is in the outbox, soon; any thread, once the session is open. */
  void wake() {
    if (drainIsDue.compareAndSet(false, true)) {
      context.executor().execute(this::drain);
    }
  }

  /**
   * Says goodbye behind everything that was sent, then closes; any thread, once the session is
   * open.
   */
  void leave(String reason) {
    Closure closure = new Closure(Closure.Kind.CLOSED_HERE, "this leader left");
    context
        .executor()
        .execute(
            () -> {
              drain();
              sayBye(context, reason, closure);
            });
  }

  @Override
  void message(ChannelHandlerContext ctx, WireMessage message) throws LogException {
    switch (message) {
      case WireMessage.Hello hello when state == State.HELLO -> hello(ctx, hello);
      case WireMessage.Ack ack when state == State.FIRST_ACK -> open(ack);
      case WireMessage.Ack ack when state == State.OPEN -> ack(ack);
      case WireMessage.Refusal refusal ->
          throw new LogException(
              Kind.MISMATCH,
              "the follower refused this leader: " + String.join("; ", refusal.reasons()));
      case WireMessage.Bye bye -> {
        saidBye = true;
        part(ctx, "the follower left: " + bye.reason());
      }
      default -> throw unexpected(message);
    }
  }

  @Override
  void over(Closure closure) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    owner.closed(this, closure);
  }

  private void hello(ChannelHandlerContext ctx, WireMessage.Hello hello) throws LogException {
    List<String> reasons = mismatches(hello);
    if (reasons.isEmpty() && !owner.claim(this)) {
      reasons = List.of("this leader has another follower already");
    }
    if (!reasons.isEmpty()) {
      send(ctx, new WireMessage.Refusal(reasons));
      throw new LogException(Kind.MISMATCH, "refused: " + String.join("; ", reasons));
    }
    send(
        ctx,
        new WireMessage.Welcome(
            WireLayout.VERSION,
            Role.LEADER,
            config.epoch(),
            config.firstSequence(),
            config.manifestFile()));
    state = State.IMAGES;
    sendImages(ctx, new ImageSource(manifest, config.images(), new HashSet<>(hello.imagesHeld())));
  }

  private List<String> mismatches(WireMessage.Hello hello) {
    List<String> reasons = new ArrayList<>();
    if (hello.wireVersion() != WireLayout.VERSION) {
      reasons.add(
          "wire version: expected "
              + WireLayout.VERSION
              + ", found "
              + Integer.toUnsignedString(hello.wireVersion()));
    }
    hello
        .features()
        .forEach(f -> reasons.add("feature '" + f.name() + "' is not known to this leader"));
    if (hello.role() != Role.FOLLOWER) {
      reasons.add("role: expected FOLLOWER, found " + hello.role());
    }
    if (hello.epoch() < 0 || hello.epoch() > config.epoch()) {
      reasons.add("epoch: expected at most " + config.epoch() + ", found " + hello.epoch());
    }
    if (hello.nextSequence() != config.firstSequence()) {
      reasons.add(
          "next event: expected " + config.firstSequence() + ", found " + hello.nextSequence());
    }
    if (!hello.manifestFile().isEmpty()) {
      reasons.addAll(manifestMismatches(hello.manifestFile()));
    }
    return reasons;
  }

  private List<String> manifestMismatches(Bytes file) {
    try {
      Manifest found = ManifestCodec.decode(file.shared(), "the follower's manifest");
      return ManifestDifference.between(manifest, found);
    } catch (LogException e) {
      return List.of(e.getMessage());
    }
  }

  /**
   * Sends piece after piece, each when the one before it has left, so that no image lies in memory
   * twice.
   */
  private void sendImages(ChannelHandlerContext ctx, ImageSource images) {
    expectWithin(ctx);
    if (images.hasNext()) {
      ChannelFuture _ =
          ctx.writeAndFlush(images.next())
              .addListener((ChannelFutureListener) sent -> next(ctx, images, sent));
    } else {
      state = State.FIRST_ACK;
    }
  }

  private void next(ChannelHandlerContext ctx, ImageSource images, ChannelFuture sent) {
    if (sent.isSuccess() && !isOver()) {
      sendImages(ctx, images);
    }
  }

  private void open(WireMessage.Ack ack) throws LogException {
    state = State.OPEN;
    deadline.cancel(false);
    outbox.ack(ack);
    owner.opened(this);
    wake();
  }

  private void ack(WireMessage.Ack ack) throws LogException {
    if (outbox.ack(ack)) {
      listener.stable(ack.stableSequence());
    }
  }

  private void drain() {
    drainIsDue.set(false);
    if (isOver()) {
      return;
    }
    Outbox.Batch batch = outbox.take();
    FrameEncoder frames = batch.frames();
    for (int at = 0; at < frames.length(); at += WireLayout.CHUNK_BYTES) {
      int length = Math.min(WireLayout.CHUNK_BYTES, frames.length() - at);
      write(context, new WireMessage.Events(Bytes.copyOf(frames.buffer(), at, length)));
    }
    outbox.giveBack(frames);
    batch.progress().ifPresent(this::progress);
    context.flush();
  }

  private void progress(WireMessage.Progress mark) {
    counters.progress();
    write(context, mark);
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
                            "the follower did not finish its handshake in time")),
                config.handshakeTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  /** Waits until the connection is closed, or {@code timeout} is over. */
  void awaitClosed(Duration timeout) throws InterruptedException {
    context.channel().closeFuture().await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns whether the follower has said goodbye: it will not take over. */
  boolean hasSaidBye() {
    return saidBye;
  }

  /** Returns where it is connected from, for reports. */
  String peer() {
    return context == null ? "nowhere" : String.valueOf(context.channel().remoteAddress());
  }

  /** Pieces of the images that a follower does not have. */
  private static final class ImageSource {
    private final List<Manifest.Image> images;
    private final Map<String, byte[]> contents;
    private int image;
    private int offset;

    ImageSource(Manifest manifest, Map<String, byte[]> contents, Set<Sha256> held) {
      this.images =
          manifest.images().stream()
              .filter(i -> !held.contains(i.sha256()) && i.sizeBytes() > 0)
              .toList();
      this.contents = contents;
    }

    boolean hasNext() {
      return image < images.size();
    }

    WireMessage.ImageChunk next() {
      Manifest.Image current = images.get(image);
      byte[] content = contents.get(current.role());
      int length = Math.min(WireLayout.CHUNK_BYTES, content.length - offset);
      WireMessage.ImageChunk chunk =
          new WireMessage.ImageChunk(
              current.sha256(), offset, Bytes.copyOf(content, offset, length));
      offset += length;
      if (offset == content.length) {
        image++;
        offset = 0;
      }
      return chunk;
    }
  }
}
