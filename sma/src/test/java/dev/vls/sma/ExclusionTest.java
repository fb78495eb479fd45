package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Commit;
import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.xen.Access;
import dev.vls.vmm.xen.GrantPins;
import dev.vls.vmm.xen.GrantStatus;
import dev.vls.vmm.xen.GrantTable;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Grant entries changed by mutual exclusion (DESIGN section 3). */
@Timeout(60)
class ExclusionTest {
  private static final int PERMITTED = 1;
  private static final int READING = 8;
  private static final int WRITING = 16;

  private final TestDomain test = TestDomain.of(TestDomain.LOOP);
  private final Recording recording = new Recording(test);
  private final EventSource live = test.domain.live(new VirtualTime());
  private final Channel channel = test.attach().channel;
  private final GrantTable grants = test.machine.xen().grants();

  private int flags(int ref) {
    byte[] flags = grants.status(ref).getFirst().bytes();
    return flags[0] & 0xff | (flags[1] & 0xff) << 8;
  }

  private PinResult now(CompletableFuture<PinResult> result) throws Exception {
    assertFalse(result.isDone());
    test.runSteps(live, 10);
    return result.getNow(null);
  }

  @Test
  void shouldShowUseInTheEntryWhilePinned() throws Exception {
    int frame = test.machine.xen().storeFrame();
    Grant grant = new Grant(GrantTable.STORE_REF, frame, true);
    assertEquals(new PinResult.Pinned(grant), now(channel.pin(GrantTable.STORE_REF, Access.WRITE)));
    assertEquals(PERMITTED | READING | WRITING, flags(GrantTable.STORE_REF));
    assertEquals(new PinResult.Unpinned(), now(channel.unpin(grant)));
    assertEquals(PERMITTED, flags(GrantTable.STORE_REF));
    assertEquals(2, test.domain.counters().exclusions());
    assertEquals(0, test.domain.counters().transfers());
    assertEquals(2, recording.entries.size());
  }

  @Test
  void shouldBePlainBytesForAReplay() throws Exception {
    assertInstanceOf(PinResult.Pinned.class, now(channel.pin(GrantTable.CONSOLE_REF, Access.READ)));
    assertInstanceOf(
        PinResult.Pinned.class, now(channel.pin(GrantTable.CONSOLE_REF, Access.WRITE)));
    TestDomain other = TestDomain.of(TestDomain.LOOP);
    for (Recording.Entry entry : recording.entries) {
      List<FrameUpdate> updates =
          entry.event().transfers().stream()
              .flatMap(transfer -> transfer.updates().stream())
              .toList();
      other.machine.apply(new Commit(updates, entry.event().ports()));
    }
    assertArrayEquals(test.machine.memoryHash(), other.machine.memoryHash());
    assertEquals(
        GrantStatus.OKAY, other.machine.xen().grants().unpin(GrantTable.CONSOLE_REF, Access.READ));
  }

  /** A leader's back-end has pinned, and the follower that replayed it goes on. */
  @Test
  void shouldTakeBackPinsThatWereMadeWhereTheRunWasBefore() throws Exception {
    int frame = test.machine.xen().storeFrame();
    Grant taken = new Grant(GrantTable.STORE_REF, frame, false);
    for (int i = 0; i < 2; i++) { // both in one event, by one channel
      CompletableFuture<PinResult> read = channel.pin(GrantTable.STORE_REF, Access.READ);
      CompletableFuture<PinResult> again = channel.pin(GrantTable.STORE_REF, Access.READ);
      assertInstanceOf(
          PinResult.Pinned.class, now(channel.pin(GrantTable.CONSOLE_REF, Access.WRITE)));
      assertInstanceOf(PinResult.Pinned.class, read.getNow(null));
      assertInstanceOf(PinResult.Pinned.class, again.getNow(null));
    }
    assertEquals(new PinResult.Unpinned(), now(channel.unpin(taken)));

    assertEquals(new GrantPins(GrantTable.STORE_REF, 3, 0), grants.pinsOf(GrantTable.STORE_REF));
    TestDomain follower = TestDomain.of(TestDomain.LOOP);
    GrantTable followed = follower.machine.xen().grants();
    ListSource replay = new ListSource(recording, new Random(1), 5, true);
    Recording replayed = new Recording(follower);
    follower.runSteps(replay, test.machine.position().steps());
    assertTrue(replay.finished());
    assertEquals(
        new GrantPins(GrantTable.CONSOLE_REF, 0, 2), followed.pinsOf(GrantTable.CONSOLE_REF));

    EventSource goOn = follower.domain.live(new VirtualTime());
    follower.runSteps(goOn, 10);
    assertEquals(
        new GrantPins(GrantTable.CONSOLE_REF, 0, 0), followed.pinsOf(GrantTable.CONSOLE_REF));
    assertEquals(new GrantPins(GrantTable.STORE_REF, 0, 0), followed.pinsOf(GrantTable.STORE_REF));
    assertEquals(recording.entries.size() + 1, replayed.entries.size(), "an event like any other");
    follower.runSteps(follower.domain.live(new VirtualTime()), 10);
    assertEquals(recording.entries.size() + 1, replayed.entries.size(), "and once");
  }

  @Test
  void shouldChangeNothingWhenRefused() throws Exception {
    assertInstanceOf(PinResult.Refused.class, now(channel.pin(300, Access.READ)));
    assertInstanceOf(PinResult.Refused.class, now(channel.pin(-1, Access.WRITE)));
    assertInstanceOf(PinResult.Refused.class, now(channel.pin(Integer.MAX_VALUE, Access.WRITE)));
    assertEquals(0, recording.entries.size());
  }

  @Test
  void shouldNotTakeBackThePinOfAPort() throws Exception {
    int frame = grants.pin(GrantTable.STORE_REF, Access.WRITE).frame();
    Grant grant = new Grant(GrantTable.STORE_REF, frame, true);
    assertEquals(new PinResult.Refused(GrantStatus.BAD_GNTREF), now(channel.unpin(grant)));
    assertEquals(PERMITTED | READING | WRITING, flags(GrantTable.STORE_REF));
  }

  @Test
  void shouldTakeBackAllPinsWhenTheBackendIsDetached() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(
          PinResult.Pinned.class, now(channel.pin(GrantTable.STORE_REF, Access.WRITE)));
    }
    assertInstanceOf(PinResult.Pinned.class, now(channel.pin(GrantTable.STORE_REF, Access.READ)));
    CompletableFuture<PinResult> late = channel.pin(GrantTable.CONSOLE_REF, Access.READ);
    test.domain.detach(TestDomain.DEVICE);
    assertEquals(PERMITTED | READING | WRITING, flags(GrantTable.STORE_REF));
    test.runSteps(live, 10);
    assertEquals(new PinResult.Detached(), late.getNow(null));
    assertEquals(PERMITTED, flags(GrantTable.STORE_REF));
    assertEquals(PERMITTED, flags(GrantTable.CONSOLE_REF));
    assertEquals(8, test.domain.counters().exclusions());
  }
}
