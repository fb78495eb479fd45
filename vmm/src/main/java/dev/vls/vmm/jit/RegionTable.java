package dev.vls.vmm.jit;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.TranslationCaches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The regions of a machine: by entry address, and by the frames that their code lies in, so that a
 * store to one of its granules drops a region (docs/architecture.md, "Coherent translation").
 */
final class RegionTable implements TranslationCaches {
  private static final int BUCKETS = 1 << 12;

  private final RegionEntry[] buckets = new RegionEntry[BUCKETS];
  private final List<List<RegionEntry>> byFrame;
  private int size;
  private long dropped;

  RegionTable(GuestMemory memory) {
    int frames = memory.bytes().length >>> GuestMemory.FRAME_SHIFT;
    byFrame = new ArrayList<>(frames);
    for (int i = 0; i < frames; i++) {
      byFrame.add(null);
    }
    memory.attach(this);
  }

  /** Returns the first entry that shares {@code pc}'s bucket, or null. */
  RegionEntry bucket(long pc) {
    return buckets[index(pc)];
  }

  /** Moves {@code entry}, which is in the table, to the front of its bucket. */
  void promote(RegionEntry entry) {
    if (bucket(entry.pc()) != entry) {
      unlink(entry);
      link(entry);
    }
  }

  void add(RegionEntry entry) {
    link(entry);
    size++;
    for (RegionPlan.Page page : entry.plan().pages()) {
      List<RegionEntry> here = byFrame.get(page.frame());
      if (here == null) {
        here = new ArrayList<>();
        byFrame.set(page.frame(), here);
      }
      here.add(entry);
    }
  }

  /** Returns how many entries there are. */
  int size() {
    return size;
  }

  /** Returns how many entries were dropped so far. */
  long dropped() {
    return dropped;
  }

  /** Drops everything. */
  void clear() {
    for (List<RegionEntry> here : byFrame) {
      if (here != null) {
        here.forEach(RegionEntry::drop);
        here.clear();
      }
    }
    Arrays.fill(buckets, null);
    dropped += size;
    size = 0;
  }

  @Override
  public void dropCode(int frame, int offset, int length) {
    List<RegionEntry> here = byFrame.get(frame);
    if (here == null || here.isEmpty()) {
      return;
    }
    long granules = GuestMemory.granules(offset, length);
    for (RegionEntry entry : List.copyOf(here)) {
      if (entry.plan().pages().stream().anyMatch(p -> p.frame() == frame && (p.granules() & granules) != 0)) {
        remove(entry);
      }
    }
  }

  private void remove(RegionEntry entry) {
    entry.drop();
    unlink(entry);
    size--;
    dropped++;
    for (RegionPlan.Page page : entry.plan().pages()) {
      byFrame.get(page.frame()).remove(entry);
    }
  }

  private void link(RegionEntry entry) {
    int index = index(entry.pc());
    entry.next(buckets[index]);
    buckets[index] = entry;
  }

  private void unlink(RegionEntry entry) {
    int index = index(entry.pc());
    if (buckets[index] == entry) {
      buckets[index] = entry.next();
      return;
    }
    for (RegionEntry at = buckets[index]; at != null; at = at.next()) {
      if (at.next() == entry) {
        at.next(entry.next());
        return;
      }
    }
  }

  private static int index(long pc) {
    return (int) (pc >>> 1) & BUCKETS - 1;
  }

  @Override
  public void dropTranslations() {
    // entries are validated against the soft TLB's epoch
  }

  @Override
  public void dropStoreRights(int frame) {}

  @Override
  public void dropAllStoreRights() {}
}
