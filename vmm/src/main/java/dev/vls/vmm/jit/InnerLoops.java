package dev.vls.vmm.jit;

import dev.vls.vmm.hart.Hart;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The innermost loops of a region: those without another loop, that need few enough registers for
 * HotSpot to keep all of them in registers of the processor.
 */
final class InnerLoops {
  private static final int MAX_REGISTERS = 12;

  private final Map<Block, InnerLoop> byBlock = new LinkedHashMap<>();

  /** One of them. */
  static final class InnerLoop {
    private final BitSet registers;
    private final BitSet written;

    private InnerLoop(BitSet registers, BitSet written) {
      this.registers = registers;
      this.written = written;
    }

    /** Returns what its blocks read or write, see {@link Operands#registers}. */
    BitSet registers() {
      return registers;
    }

    /** Returns what its blocks write. */
    BitSet written() {
      return written;
    }
  }

  InnerLoops(List<Block> blocks) {
    Map<Block, Set<Block>> predecessors = predecessors(blocks);
    for (Block header : blocks) {
      if (header.checked()) {
        find(header, predecessors);
      }
    }
  }

  /** Returns for each block from where it can be reached. */
  static Map<Block, Set<Block>> predecessors(List<Block> blocks) {
    Map<Block, Set<Block>> predecessors = new LinkedHashMap<>();
    blocks.forEach(block -> predecessors.put(block, new LinkedHashSet<>()));
    for (Block block : blocks) {
      block.successors().forEach(successor -> predecessors.get(successor).add(block));
    }
    return predecessors;
  }

  /** Returns the loop that {@code block} is in, or null. */
  InnerLoop of(Block block) {
    return byBlock.get(block);
  }

  /** Every cycle has a checked block; this one's are those without another. */
  private void find(Block header, Map<Block, Set<Block>> predecessors) {
    Set<Block> behind = new LinkedHashSet<>();
    ArrayDeque<Block> pending = new ArrayDeque<>(header.successors());
    while (!pending.isEmpty()) {
      Block block = pending.remove();
      if (!block.checked() && behind.add(block)) {
        pending.addAll(block.successors());
      }
    }
    Set<Block> loop = new LinkedHashSet<>();
    pending.addAll(predecessors.get(header));
    boolean closed = header.successors().contains(header);
    while (!pending.isEmpty()) {
      Block block = pending.remove();
      if (behind.contains(block) && loop.add(block)) {
        closed = true;
        pending.addAll(predecessors.get(block));
      }
    }
    loop.add(header);
    BitSet registers = new BitSet(2 * Hart.REGISTERS);
    BitSet written = new BitSet(2 * Hart.REGISTERS);
    for (Block block : loop) {
      for (int i = 0; i < block.count(); i++) {
        Operands operands = new Operands(block.slot(i));
        registers.or(operands.registers());
        written.or(operands.written());
      }
    }
    if (closed && few(registers)) {
      InnerLoop found = new InnerLoop(registers, written);
      loop.forEach(block -> byBlock.putIfAbsent(block, found));
    }
  }

  private static boolean few(BitSet registers) {
    int integers = registers.get(0, Hart.REGISTERS).cardinality();
    return integers <= MAX_REGISTERS && registers.cardinality() - integers <= MAX_REGISTERS;
  }
}
