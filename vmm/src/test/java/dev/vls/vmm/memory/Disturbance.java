package dev.vls.vmm.memory;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Drops something at random of what engines cache of a memory, or watches more of it than need be:
 * whatever a store, a commit or a change of the map could drop. The guest cannot see it (R3).
 */
public final class Disturbance {
  private static final int GRANULES = GuestMemory.FRAME_BYTES / GuestMemory.CODE_GRANULE_BYTES;
  private static final int KINDS = 7;

  private final GuestMemory memory;
  private final SplittableRandom random;

  /** Creates one for a memory to which caches may be attached later. */
  public Disturbance(GuestMemory memory, SplittableRandom random) {
    this.memory = memory;
    this.random = random;
  }

  /** Does it once; not while an engine executes. */
  public void strike() {
    List<TranslationCaches> caches = memory.caches();
    int kind = random.nextInt(KINDS);
    switch (kind) {
      case 0 -> caches.forEach(TranslationCaches::dropTranslations);
      case 1 -> caches.forEach(TranslationCaches::dropAllStoreRights);
      case 2 -> {
        int frame = frame(GuestMemory.PAGE_TABLE);
        caches.forEach(cache -> cache.dropStoreRights(frame));
      }
      case 3 -> {
        int frame = frame(GuestMemory.CODE);
        int first = random.nextInt(GRANULES);
        int count = 1 + random.nextInt(GRANULES - first);
        for (int granule = first; granule < first + count; granule++) {
          dropGranule(frame, granule);
        }
      }
      case 4 -> dropGranule(frame(GuestMemory.CODE), random.nextInt(GRANULES));
      case 5 -> memory.storedUnseen(frame(GuestMemory.CODE));
      default -> {
        int granule = random.nextInt(GRANULES);
        int frame = random.nextInt(memory.ramFrames());
        memory.watchCode(
            frame, granule * GuestMemory.CODE_GRANULE_BYTES, GuestMemory.CODE_GRANULE_BYTES);
      }
    }
  }

  private void dropGranule(int frame, int granule) {
    int offset = granule * GuestMemory.CODE_GRANULE_BYTES;
    memory.caches().forEach(cache -> cache.dropCode(frame, offset, GuestMemory.CODE_GRANULE_BYTES));
  }

  /** Returns a frame with {@code flag} if there is one, else any. */
  private int frame(byte flag) {
    int start = random.nextInt(memory.ramFrames());
    for (int i = 0; i < memory.ramFrames(); i++) {
      int frame = (start + i) % memory.ramFrames();
      if ((memory.flags(frame) & flag) != 0) {
        return frame;
      }
    }
    return start;
  }
}
