package dev.vls.vmm.jit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Orders the blocks of a region that can be reached, in reverse postorder, and finds where the
 * budget has to be looked at: at the targets of edges that go backwards in a depth-first search,
 * which every loop has one of.
 */
final class BlockOrder {
  /** A short loop of one block stands there so many times: one look at the budget is for all. */
  private static final int MAX_COPIES = 4;

  /** Instructions that all copies of a loop have at most. */
  private static final int UNROLLED = 16;

  private final Block entry;
  private final Map<Block, Boolean> finished = new LinkedHashMap<>();
  private final List<Block> postorder = new ArrayList<>();

  BlockOrder(Block entry) {
    this.entry = entry;
  }

  /** Returns the blocks, {@code entry} first, each with its checks, copies and longest path set. */
  List<Block> order() {
    search();
    for (Block block : postorder) {
      int behind = 0;
      for (Block successor : block.successors()) {
        if (!successor.checked()) {
          behind = Math.max(behind, successor.longestPath());
        }
      }
      if (block.isLoop()) {
        block.copies(Math.clamp(UNROLLED / block.count(), 1, MAX_COPIES));
      }
      block.longestPath(block.copies() * block.count() + behind);
    }
    return postorder.reversed();
  }

  private record Visit(Block block, Iterator<Block> successors) {}

  private void search() {
    ArrayDeque<Visit> path = new ArrayDeque<>();
    open(entry, path);
    while (!path.isEmpty()) {
      Visit visit = path.getLast();
      if (!visit.successors().hasNext()) {
        path.removeLast();
        finished.put(visit.block(), true);
        postorder.add(visit.block());
        continue;
      }
      Block successor = visit.successors().next();
      Boolean done = finished.get(successor);
      if (done == null) {
        open(successor, path);
      } else if (!done) {
        successor.check();
      }
    }
  }

  private void open(Block block, ArrayDeque<Visit> path) {
    finished.put(block, false);
    path.add(new Visit(block, block.successors().iterator()));
  }
}
