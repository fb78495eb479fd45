package dev.vls.replay.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.console.RelayClient;
import dev.vls.drivers.console.RelayClientConfig;
import dev.vls.log.wire.FollowerConfig.AckMode;
import dev.vls.log.wire.FollowerLink;
import dev.vls.log.wire.Incoming;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.sma.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A follower that is slow slows its leader, which keeps no more than it was allowed to. */
@Timeout(120)
class SlowFollowerTest {
  private static final int WINDOW_BYTES = 3000;
  private static final int MAX_EVENT_BYTES =
      2500; // one part of console input, 1024, and its frames
  private static final int LINES = 2000;

  private static final Fence NONE =
      (run, who) -> {
        throw new AssertionError("nobody was lost");
      };

  @Test
  void shouldPauseForWantOfCreditAndGoOnWhenTheFollowerCatchesUp() throws Exception {
    MachineSpec spec = Recordings.spec("echo", "", MachineSpec.Time.WALL);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    CompletableFuture<Void> over = new CompletableFuture<>();
    try (Pair pair = new Pair(spec, Optional.empty(), NONE, Pair.PATIENT);
        FollowerLink slow =
            FollowerLink.connect(
                Pair.config(pair.leader.address(), Pair.PATIENT)
                    .withWindow(WINDOW_BYTES, AckMode.ON_RECEIPT));
        RelayClient client =
            RelayClient.start(
                pair.consoles.subList(0, 1),
                RelayClientConfig.DEFAULT,
                output::writeBytes,
                over::completeExceptionally,
                () -> over.complete(null))) {
      pair.lead();
      StringBuilder expected = new StringBuilder("ECHO READY\n");
      for (int i = 1; i <= LINES; i++) {
        client.send(("line " + i + "\n").getBytes(StandardCharsets.US_ASCII));
        expected.append(i).append(' ').append(("line " + i).length()).append(" line " + i + "\n");
      }
      client.send("quit\n".getBytes(StandardCharsets.US_ASCII));
      while (pair.leader.counters().eventBytes() < WINDOW_BYTES) {
        Thread.onSpinWait();
      }
      assertTrue(pair.leader.credits() <= 0);
      assertFalse(client.awaitAccepted(1), "most of the input waits at the client");
      assertTrue(pair.leader.credits() > -MAX_EVENT_BYTES, "a window and one event at most");
      long sent = pair.leader.counters().eventBytes();
      assertTrue(sent < WINDOW_BYTES + MAX_EVENT_BYTES, () -> "sent " + sent);
      assertFalse(pair.led.isDone());

      Incoming next = slow.take();
      while (!(next instanceof Incoming.Ended)) {
        assertTrue(next instanceof Incoming.Received || next instanceof Incoming.Progress);
        assertTrue(slow.queueDepth() <= WINDOW_BYTES / 20, "bounded here too");
        next = slow.take();
      }
      assertEquals(new Outcome.PoweredOff(0), pair.led.get());
      over.get();
      assertEquals(expected + "bye\n", output.toString(StandardCharsets.US_ASCII));
      assertTrue(pair.leader.counters().pauses() > 0);
      assertTrue(pair.leader.counters().eventBytes() > 10 * WINDOW_BYTES);
    }
  }

  /** Whoever paused for it goes on when it leaves. */
  @Test
  void shouldGoOnAloneWhenAFollowerThatGrantsNothingLeaves() throws Exception {
    MachineSpec spec = Recordings.spec("echo", "", MachineSpec.Time.WALL);
    try (Pair pair = new Pair(spec, Optional.empty(), (run, who) -> true, Pair.PATIENT)) {
      FollowerLink slow =
          FollowerLink.connect(
              Pair.config(pair.leader.address(), Pair.PATIENT).withWindow(1, AckMode.ON_RECEIPT));
      pair.lead();
      while (pair.leader.counters().events() == 0) {
        Thread.onSpinWait();
      }
      assertTrue(pair.leader.credits() <= 0);
      assertEquals(1, pair.leader.counters().events());
      slow.close();
      assertTrue(pair.awaitNotice("going on alone").contains("the follower left"));
      pair.leader.stop("enough");
      assertEquals(new Outcome.Ended("enough"), pair.led.get());
    }
  }
}
