package dev.vls.vmm.jit;

import dev.vls.vmm.engine.JumpProfile;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Mmu;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.isa.Opcode;
import dev.vls.vmm.isa.SlotLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * Plans regions: breadth first from a hot address over what the interpreter has executed, through
 * jumps, branches and calls (MEASURED, item 1).
 */
final class RegionFormer {
  private static final int RETURN_ADDRESS = 1;
  private static final int MAX_ENTRIES = 32;

  /**
   * By this part of it a block that is begun below the bound may exceed it: where a region ends
   * within a block another one begins, and a loop is in two pieces. Not with paging where methods
   * have to be short: that would come to too much code.
   */
  private static final int FINISHING = 3;

  private final Hart hart;
  private final CodeCache cache;
  private final JumpProfile profile;
  private final int maxWeight;
  private final LongPredicate begins;
  private final Experience experience;

  /**
   * @param profile where indirect jumps have gone
   * @param begins whether a region begins at an address
   * @param experience where regions came to too much code they get half the weight
   * @param maxWeight bound on the sum of {@link Weights} of one region, its last block not counted
   *     in full, which is a bound on its bytecode mostly
   */
  RegionFormer(
      Hart hart,
      CodeCache cache,
      JumpProfile profile,
      LongPredicate begins,
      Experience experience,
      int maxWeight) {
    this.hart = hart;
    this.cache = cache;
    this.profile = profile;
    this.maxWeight = maxWeight;
    this.begins = begins;
    this.experience = experience;
  }

  /**
   * Plans the region at {@code pc} as the hart sees it now; empty if its first instruction is none.
   */
  Optional<RegionPlan> form(long pc) {
    return form(pc, OptionalLong.empty(), false);
  }

  /**
   * The same, breadth first from {@code exit} as well; what can be reached from there only is no
   * part of the region.
   *
   * @param grown whether it may be larger, where HotSpot compiles that
   */
  Optional<RegionPlan> form(long pc, OptionalLong exit, boolean grown) {
    CodeReader reader = new CodeReader(hart, cache);
    int most = grown ? LongestMethod.GROWTH * maxWeight : maxWeight;
    int bound = experience.large().has(pc) ? most / 2 : most;
    boolean hasRoom = LongestMethod.isLifted() || addressing(hart) == RegionPlan.Addressing.FLAT;
    boolean finishes = !experience.large().has(pc) && hasRoom;
    Forming forming = new Forming(reader, bound, finishes ? bound + bound / FINISHING : bound);
    forming.discover(pc, exit);
    return forming.plan(pc, grown);
  }

  private final class Forming {
    private final CodeReader reader;
    private final SequencedMap<Long, Block> blocks = new TreeMap<>();
    private final ArrayDeque<Long> pending = new ArrayDeque<>();
    private final int bound;
    private final int limit;
    private int weight;

    /**
     * @param bound where no more blocks are begun
     * @param limit where the last one ends, if not before
     */
    Forming(CodeReader reader, int bound, int limit) {
      this.reader = reader;
      this.bound = bound;
      this.limit = limit;
    }

    void discover(long entry, OptionalLong exit) {
      pending.add(entry);
      exit.ifPresent(pending::add);
      while (!pending.isEmpty() && weight < bound) {
        long pc = pending.remove();
        if (!blocks.containsKey(pc) && !splitAt(pc)) {
          readBlock(pc);
        }
      }
    }

    /** Makes {@code pc} the beginning of a block if it lies inside one. */
    private boolean splitAt(long pc) {
      var below = ((TreeMap<Long, Block>) blocks).lowerEntry(pc);
      if (below == null) {
        return false;
      }
      int at = below.getValue().indexOf(pc);
      if (at <= 0) {
        return false;
      }
      blocks.put(pc, below.getValue().splitAt(at));
      return true;
    }

    private void readBlock(long start) {
      Block block = new Block(start);
      while (weight < limit) {
        long pc = block.next();
        if (pc != start && blocks.containsKey(pc)) {
          break;
        }
        long slot = reader.read(pc);
        int opcode = SlotLayout.opcode(slot);
        if (opcode == Opcode.UNDECODED) {
          break;
        }
        if (!Weights.translates(slot)) {
          block.end(Block.End.INTERPRET);
          break;
        }
        block.add(pc, slot);
        weight += Weights.of(slot);
        if (opcode == Opcode.JAL) {
          block.end(Block.End.JUMP);
          pending.add(block.target());
          if (isCall(slot)) {
            pending.add(block.next());
          }
          break;
        }
        if (opcode == Opcode.JALR) {
          block.end(Block.End.INDIRECT);
          if (isCall(slot)) {
            pending.add(block.next());
          }
          for (int way = 0; way < profile.count(pc); way++) {
            pending.add(profile.target(pc, way));
          }
          break;
        }
        if (opcode >= Opcode.BEQ && opcode <= Opcode.BGEU) {
          block.end(Block.End.BRANCH);
          pending.add(block.next());
          pending.add(block.target());
          break;
        }
      }
      if (block.count() > 0) {
        blocks.put(start, block);
      }
    }

    Optional<RegionPlan> plan(long entry, boolean grown) {
      Block first = blocks.get(entry);
      if (first == null) {
        return Optional.empty();
      }
      blocks.values().forEach(this::link);
      new ReturnPoints(blocks).link();
      List<Block> ordered = new BlockOrder(first).order();
      int instructions = ordered.stream().mapToInt(Block::count).sum();
      return Optional.of(
          new RegionPlan(
              List.copyOf(ordered),
              entries(first, ordered),
              reader.pages(),
              instructions,
              addressing(hart),
              calling(ordered),
              grown ? RangedAccesses.of(ordered, hart, experience) : RangedAccesses.NONE,
              grown));
    }

    private long[] calling(List<Block> ordered) {
      return ordered.stream()
          .flatMapToLong(Block::pcs)
          .filter(experience.slow()::has)
          .sorted()
          .toArray();
    }

    /**
     * Where other regions begin, because this one may take their place, loops, because budgets end
     * there, where calls return to, because those may leave, and where other regions are left for.
     */
    private List<Block> entries(Block first, List<Block> ordered) {
      Stream<Block> others =
          ordered.stream()
              .filter(block -> block != first)
              .filter(this::isEntry)
              .sorted(Comparator.comparing(block -> !begins.test(block.pc())));
      return Stream.concat(Stream.of(first), others).limit(MAX_ENTRIES).toList();
    }

    private boolean isEntry(Block block) {
      return block.checked()
          || block.returnedTo()
          || experience.frontier().has(block.pc())
          || begins.test(block.pc());
    }

    private void link(Block block) {
      switch (block.end()) {
        case FALL -> block.follow(blocks.get(block.next()));
        case JUMP -> block.follow(blocks.get(block.target()));
        case BRANCH -> {
          block.follow(blocks.get(block.next()));
          block.follow(blocks.get(block.target()));
        }
        case INDIRECT -> {
          long site = block.pc(block.count() - 1);
          for (int way = 0; way < profile.count(site); way++) {
            block.follow(blocks.get(profile.target(site, way)));
          }
        }
        case INTERPRET -> {}
      }
    }
  }

  /** Returns how the hart's addresses are translated now. */
  static RegionPlan.Addressing addressing(Hart hart) {
    boolean bare = hart.mmu().fetchContext() == Mmu.BARE && hart.mmu().dataContext() == Mmu.BARE;
    return bare && hart.memory().isFlat() ? RegionPlan.Addressing.FLAT : RegionPlan.Addressing.TLB;
  }

  static boolean isCall(long slot) {
    return SlotLayout.rd(slot) == RETURN_ADDRESS;
  }

  static boolean isReturn(long slot) {
    return SlotLayout.opcode(slot) == Opcode.JALR
        && !isCall(slot)
        && SlotLayout.rs1(slot) == RETURN_ADDRESS;
  }

  /** Finds where the returns of a region lead: behind the calls through which they were reached. */
  private static final class ReturnPoints {
    private static final int MAX_CANDIDATES = 6;

    private final SequencedMap<Long, Block> blocks;
    private final SequencedMap<Long, List<Block>> returns = new TreeMap<>();
    private final ArrayDeque<Block> changed = new ArrayDeque<>();

    ReturnPoints(SequencedMap<Long, Block> blocks) {
      this.blocks = blocks;
    }

    void link() {
      for (Block block : blocks.values()) {
        returns.put(block.pc(), new ArrayList<>());
      }
      for (Block block : blocks.values()) {
        Block behind = returnPoint(block);
        if (behind != null) {
          behind.returnTo();
          block.successors().forEach(callee -> add(callee, behind));
        }
      }
      while (!changed.isEmpty()) {
        spread(changed.remove());
      }
      for (Block block : blocks.values()) {
        if (block.end() == Block.End.INDIRECT && isReturn(block.last())) {
          returns.get(block.pc()).stream().limit(MAX_CANDIDATES).forEach(block::follow);
        }
      }
    }

    private Block returnPoint(Block block) {
      boolean jumps = block.end() == Block.End.JUMP || block.end() == Block.End.INDIRECT;
      return jumps && isCall(block.last()) ? blocks.get(block.next()) : null;
    }

    /** Within a function all blocks return to the same places. */
    private void spread(Block block) {
      Block behind = returnPoint(block);
      for (Block target : List.copyOf(returns.get(block.pc()))) {
        if (behind != null) {
          add(behind, target);
        } else {
          block.successors().forEach(successor -> add(successor, target));
        }
      }
    }

    private void add(Block block, Block target) {
      List<Block> known = returns.get(block.pc());
      if (known.size() < MAX_CANDIDATES && !known.contains(target)) {
        known.add(target);
        changed.add(block);
      }
    }
  }
}
