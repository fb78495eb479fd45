package dev.vls.vmm.jit;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.TranslationCaches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The regions of a machine: by the addresses of their entries, and by the frames that their code
 * lies in, so that a store to one of its granules drops a region (docs/architecture.md, "Coherent
 * translation").
 */
final class RegionTable implements TranslationCaches {
  private static final int BUCKETS = 1 << 12;

  private final RegionEntry[] buckets = new RegionEntry[BUCKETS];
  private final List<List<TranslatedRegion>> byFrame;
  private int size;
  private long dropped;

  RegionTable(GuestMemory memory) {
    int frames = memory.bytes().length >>> GuestMemory.FRAME_SHIFT;
    byFrame = new ArrayList<>(frames);
    for (int i = 0; i < frames; i++) {
      byFrame.add(List.of());
    }
    memory.attach(this);
  }

  /** Returns the first entry that shares {@code pc}'s bucket, or null. */
  RegionEntry bucket(long pc) {
    return buckets[bucketOf(pc)];
  }

  /** Returns whether a region was planned for {@code pc}, whatever is there now. */
  boolean begins(long pc) {
    for (RegionEntry entry = bucket(pc); entry != null; entry = entry.next()) {
      if (entry.pc() == pc && entry.index() == 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the regions with code in {@code frame}. */
  List<TranslatedRegion> in(int frame) {
    return byFrame.get(frame);
  }

  /** Adds a region; its code may come later. */
  void add(TranslatedRegion region) {
    size++;
    for (RegionEntry entry : region.entries()) {
      int bucket = bucketOf(entry.pc());
      entry.next(buckets[bucket]);
      buckets[bucket] = entry;
    }
    for (RegionPlan.Page page : region.plan().pages()) {
      if (byFrame.get(page.frame()).isEmpty()) {
        byFrame.set(page.frame(), new ArrayList<>(4));
      }
      byFrame.get(page.frame()).add(region);
    }
  }

  /** Drops a region, if it is there still. */
  void remove(TranslatedRegion region) {
    if (region.dropped()) {
      return;
    }
    region.drop();
    size--;
    dropped++;
    region.entries().forEach(this::unlink);
    for (RegionPlan.Page page : region.plan().pages()) {
      byFrame.get(page.frame()).remove(region);
    }
  }

  /** Drops everything. */
  void clear() {
    for (List<TranslatedRegion> here : byFrame) {
      here.forEach(TranslatedRegion::drop);
    }
    for (int i = 0; i < byFrame.size(); i++) {
      byFrame.set(i, List.of());
    }
    Arrays.fill(buckets, null);
    dropped += size;
    size = 0;
  }

  /** Returns how many regions there are. */
  int size() {
    return size;
  }

  /** Returns how many regions were dropped so far. */
  long dropped() {
    return dropped;
  }

  @Override
  public void dropCode(int frame, int offset, int length) {
    long granules = GuestMemory.granules(offset, length);
    for (TranslatedRegion region : List.copyOf(byFrame.get(frame))) {
      for (RegionPlan.Page page : region.plan().pages()) {
        if (page.frame() == frame && (page.granules() & granules) != 0) {
          remove(region);
        }
      }
    }
  }

  private void unlink(RegionEntry entry) {
    int bucket = bucketOf(entry.pc());
    if (buckets[bucket] == entry) {
      buckets[bucket] = entry.next();
      return;
    }
    for (RegionEntry at = buckets[bucket]; at != null; at = at.next()) {
      if (at.next() == entry) {
        at.next(entry.next());
        return;
      }
    }
  }

  private static int bucketOf(long pc) {
    return (int) (pc >>> 1) & BUCKETS - 1;
  }

  @Override
  public void dropTranslations() {
    // regions are validated against the soft TLB's epoch
  }

  @Override
  public void dropStoreRights(int frame) {}

  @Override
  public void dropAllStoreRights() {}
}
