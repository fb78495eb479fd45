package dev.vls.replay.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides live and do not see each other: one goes on, and its client notices nothing. */
@Timeout(120)
class PartitionSystemTest {
  private static final int TRANSFERS = 60;

  @TempDir private Path folder;

  private FileFence fence() throws HostException {
    return new FileFence(folder.resolve("fence"));
  }

  private static String failure(CompletableFuture<Outcome> side) {
    Throwable cause = assertThrows(ExecutionException.class, side::get).getCause();
    if (cause instanceof UncheckedIOException wrapped) {
      cause = wrapped.getCause();
    }
    return assertInstanceOf(HostException.class, cause).getMessage();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 17, 25})
  void shouldLeaveExactlyOneWhenTheConnectionEnds(int atEvent) throws Exception {
    SharedDisk disk = new SharedDisk();
    try (Pair pair =
            new Pair(Pair.ledger(Optional.of(disk)), Optional.of(disk), fence(), Pair.PATIENT);
        Cable cable = new Cable(pair.leader.address());
        Transfers transfers = new Transfers(pair.consoles, atEvent)) {
      AtomicInteger events = new AtomicInteger();
      CompletableFuture<Void> due = new CompletableFuture<>();
      CompletableFuture<Void> cut = due.thenRunAsync(() -> cut(cable));
      pair.leading
          .domain()
          .observe(
              (at, event) -> {
                if (events.incrementAndGet() == atEvent) {
                  due.complete(null);
                }
              });
      pair.follow(cable.address(), fence(), Pair.PATIENT, Optional.empty());
      pair.lead();
      transfers.drive(TRANSFERS);
      cut.get();
      transfers.quit();
      boolean leaderLives = pair.led.handle((outcome, e) -> e == null).get();
      boolean followerLives = pair.followed.handle((outcome, e) -> e == null).get();
      assertNotEquals(leaderLives, followerLives, "exactly one");
      String sentence = failure(leaderLives ? pair.followed : pair.led);
      assertTrue(sentence.contains("has won the fence"), sentence);
      assertEquals(new Outcome.PoweredOff(0), leaderLives ? pair.led.get() : pair.followed.get());
    }
  }

  private static void cut(Cable cable) {
    try {
      cable.cut();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The follower hears nothing any more and takes over; the leader learns of it later. */
  @Test
  void shouldStopTheLeaderWhenTheFollowerHasWonTheFence() throws Exception {
    try (Pair pair =
            new Pair(Pair.ledger(Optional.empty()), Optional.empty(), fence(), Pair.PATIENT);
        Cable cable = new Cable(pair.leader.address());
        Transfers transfers = new Transfers(pair.consoles, 1)) {
      CompletableFuture<Void> won = new CompletableFuture<>();
      Fence telling =
          (run, who) -> {
            boolean mine = fence().win(run, who);
            won.complete(null);
            return mine;
          };
      pair.follow(cable.address(), telling, Pair.IMPATIENT, Optional.empty());
      pair.lead();
      transfers.drive(10);
      cable.fallSilent();
      won.get();
      transfers.ask();
      cable.cut();
      transfers.settle();
      transfers.drive(20);
      transfers.quit();
      String sentence = failure(pair.led);
      assertTrue(sentence.startsWith("the follower is out of sight"), sentence);
      assertTrue(sentence.endsWith("it goes on, and this leader stops"), sentence);
      assertEquals(new Outcome.PoweredOff(0), pair.followed.get());
    }
  }

  @Test
  void shouldStopTheFollowerWhenTheLeaderHasWonTheFence() throws Exception {
    try (Pair pair =
            new Pair(Pair.ledger(Optional.empty()), Optional.empty(), fence(), Pair.IMPATIENT);
        Cable cable = new Cable(pair.leader.address());
        Transfers transfers = new Transfers(pair.consoles, 2)) {
      pair.follow(cable.address(), fence(), Pair.PATIENT, Optional.empty());
      pair.lead();
      transfers.drive(10);
      cable.fallSilent();
      String notice = pair.awaitNotice("going on alone");
      assertTrue(notice.contains("silent for"), notice);
      transfers.drive(20);
      cable.cut();
      String sentence = failure(pair.followed);
      assertTrue(sentence.startsWith("the leader is out of sight"), sentence);
      assertTrue(sentence.endsWith("it goes on alone, and this follower stops"), sentence);
      transfers.drive(30);
      transfers.quit();
      assertEquals(new Outcome.PoweredOff(0), pair.led.get());
    }
  }

  /** Safe, not live: without a decision nobody may go on. */
  @Test
  void shouldStopBothWhenTheFenceCannotBeReached() throws Exception {
    try (Pair pair =
            new Pair(Pair.ledger(Optional.empty()), Optional.empty(), fence(), Pair.PATIENT);
        Cable cable = new Cable(pair.leader.address());
        Transfers transfers = new Transfers(pair.consoles, 3)) {
      pair.follow(cable.address(), fence(), Pair.PATIENT, Optional.empty());
      pair.lead();
      transfers.drive(10);
      Files.delete(folder.resolve("fence"));
      cable.cut();
      for (CompletableFuture<Outcome> side : List.of(pair.led, pair.followed)) {
        String sentence = failure(side);
        assertTrue(sentence.contains("cannot be decided: the directory is gone"), sentence);
      }
    }
  }

  @Test
  void shouldNotAskTheFenceWhenTheFollowerLeavesInOrder() throws Exception {
    Fence untouched =
        (run, who) -> {
          throw new AssertionError("nobody was lost");
        };
    try (Pair pair =
            new Pair(Pair.ledger(Optional.empty()), Optional.empty(), untouched, Pair.PATIENT);
        Transfers transfers = new Transfers(pair.consoles, 4)) {
      pair.follow(pair.leader.address(), untouched, Pair.PATIENT, Optional.empty());
      pair.lead();
      transfers.drive(10);
      pair.follower.get().stop("enough");
      pair.awaitNotice("going on alone");
      assertEquals(new Outcome.Ended(Follower.Ending.STOPPED.name()), pair.followed.get());
      transfers.drive(20);
      transfers.quit();
      assertEquals(new Outcome.PoweredOff(0), pair.led.get());
    }
  }

  /** A leader that nobody follows does not run its guest: what it said could be lost. */
  @Test
  void shouldSayNothingBeforeThereIsAFollower() throws Exception {
    try (Pair pair =
        new Pair(Pair.ledger(Optional.empty()), Optional.empty(), fence(), Pair.PATIENT)) {
      assertEquals(false, pair.leader.awaitFollower(Duration.ofMillis(1)));
      assertEquals(0, pair.leading.domain().gate().messages());
    }
  }

  @Test
  void shouldLetTheSameNameWinAgainAndNobodyElse() throws Exception {
    FencedRun run = new FencedRun(Bytes.wrap(new byte[] {1}), 3);
    assertTrue(fence().win(run, "a"));
    assertEquals(false, fence().win(run, "b"));
    assertTrue(fence().win(run, "a"));
    assertTrue(fence().win(new FencedRun(Bytes.wrap(new byte[] {1}), 4), "b"));
    assertTrue(fence().win(new FencedRun(Bytes.wrap(new byte[] {2}), 3), "b"));
    Files.writeString(folder.resolve("file"), "");
    String sentence =
        assertThrows(HostException.class, () -> new FileFence(folder.resolve("file"))).getMessage();
    assertTrue(sentence.endsWith("cannot be made: there is a file of that name"), sentence);
  }
}
