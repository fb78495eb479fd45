package dev.vls.vmm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestMemoryTest {
  private static final int FRAME = 3;
  private static final long VALID = PteLayout.V | PteLayout.R | PteLayout.A;

  private final GuestMemory memory = new GuestMemory(16 * GuestMemory.FRAME_BYTES, 2);
  private final List<String> dropped = new ArrayList<>();

  GuestMemoryTest() {
    memory.attach(
        new TranslationCaches() {
          @Override
          public void dropCode(int frame, int offset, int length) {
            dropped.add("code " + frame + " " + offset + " " + length);
          }

          @Override
          public void dropTranslations() {
            dropped.add("translations");
          }

          @Override
          public void dropStoreRights(int frame) {
            dropped.add("rights " + frame);
          }

          @Override
          public void dropAllStoreRights() {
            dropped.add("all rights");
          }
        });
  }

  @Test
  void shouldDropOnlyTheGranulesThatChangeWhenCodeIsOverwritten() {
    memory.watchCode(FRAME, 0, 4);
    memory.watchCode(FRAME, 126, 4);
    assertEquals(List.of("rights 3"), dropped);
    dropped.clear();
    memory.put64(FRAME, 200, 1);
    assertEquals(List.of(), dropped);
    memory.write(FRAME, 120, new byte[100], 0, 100);
    assertEquals(List.of("code 3 64 64", "code 3 128 64"), dropped);
    assertEquals(GuestMemory.CODE, memory.flags(FRAME));
    memory.put8(FRAME, 63, 1);
    assertEquals("code 3 0 64", dropped.getLast());
    assertEquals(0, memory.flags(FRAME));
  }

  @Test
  void shouldDropTranslationsOnlyWhenAnEntryThatCanTranslateChanges() {
    memory.put64(FRAME, 8, VALID);
    memory.put64(FRAME, 16, VALID & ~PteLayout.A);
    memory.put64(FRAME, 24, VALID & ~PteLayout.V);
    memory.watch(FRAME, GuestMemory.PAGE_TABLE);
    dropped.clear();
    memory.put64(FRAME, 0, VALID);
    memory.put64(FRAME, 16, VALID);
    memory.put64(FRAME, 24, VALID);
    assertEquals(List.of(), dropped);
    memory.put8(FRAME, 15, 0);
    assertEquals(List.of("translations"), dropped);
    assertEquals(0, memory.flags(FRAME));
  }

  @Test
  void shouldBecomeDirtyAtTheFirstStoreWhenAllWasClean() {
    memory.cleanAll();
    assertEquals(List.of("all rights"), dropped);
    assertFalse(memory.isDirty(FRAME));
    memory.put8(FRAME, 0, 0);
    assertTrue(memory.isDirty(FRAME));
    assertFalse(memory.isDirty(FRAME + 1));
    assertEquals(FRAME, memory.firstDirty(0, memory.frames()));
    assertEquals(FRAME, memory.firstDirty(FRAME, FRAME + 1));
    assertEquals(memory.frames(), memory.firstDirty(FRAME + 1, memory.frames()));
    assertEquals(1, memory.firstDirty(0, 1));
  }

  @Test
  void shouldFollowThePhysicalMapWhenItChanges() {
    long gfn = GuestMemory.RAM_BASE >>> 12;
    int shared = memory.allocateFrame();
    memory.map(gfn + 5, shared);
    memory.map(7, shared);
    assertEquals(shared, memory.frameOf(gfn + 5));
    assertEquals(shared, memory.frameOf(7));
    assertEquals(4, memory.frameOf(gfn + 4));
    memory.map(7, GuestMemory.NO_FRAME);
    assertEquals(GuestMemory.NO_FRAME, memory.frameOf(7));
    assertEquals(GuestMemory.NO_FRAME, memory.frameOf(gfn + 16));
    assertEquals(List.of("translations", "translations", "translations"), dropped);
  }

  @Test
  void shouldRefuseWhenARangeLeavesItsFrame() {
    assertThrows(IndexOutOfBoundsException.class, () -> memory.put64(FRAME, 4089, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.u8(16, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.i32(FRAME, -1));
  }
}
