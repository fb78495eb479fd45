package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.SlotLayout;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Emits the body of {@link Region#run}: the blocks, and one way out.
 *
 * <p>All exits set {@code pc} and {@code reason} and go to the one epilogue. Exits in the middle of
 * a block, and slow paths, lie behind all blocks.
 */
final class RegionEmitter {
  static final int CONTEXT = 1;
  static final int LEFT = 2;
  static final int ENTRY = 3;
  static final int DATA = 4;
  static final int PC = 6;
  static final int REASON = 8;
  static final int X = 9;
  static final int F = 10;
  static final int STATUS = 11;
  static final int AT = 12;
  static final int ADDRESS = 14;
  static final int DISTANCE = 16;
  private static final int RANGES = 18;
  static final int UNSAFE = RANGES + PageRanges.LOCALS;
  static final int MEMORY = UNSAFE + 1;
  static final int LOADS = MEMORY + 1;
  static final int STORES = LOADS + 1;
  private static final int FIRST_REGISTER = STORES + 1;
  static final int FIRST_DISTANCE = FIRST_REGISTER + 4 * Hart.REGISTERS;

  private final RegionPlan plan;
  private final GuestView view;
  private final ArrayAccess access;
  private final InnerLoops loops;
  private final Map<Block, Set<Block>> predecessors;
  private final Map<Long, Block> blocks = new LinkedHashMap<>();
  private final Map<Block, AccessGroups> groups = new LinkedHashMap<>();
  private final Map<Block, Label> labels = new LinkedHashMap<>();
  private final Map<Block, BitSet> heldBehind = new LinkedHashMap<>();
  private final List<Runnable> outOfLine = new ArrayList<>();
  private final ClassDesc self;
  private CodeBuilder code;
  private StackMaps maps;
  private RegisterLocals registers;
  private PageRanges ranges;
  private InstructionEmitter instructions;
  private Label epilogue;
  private Block afterThis;
  private InnerLoops.InnerLoop loopHere;

  RegionEmitter(RegionPlan plan, ClassDesc self, GuestView view, ArrayAccess access) {
    this.plan = plan;
    this.self = self;
    this.view = view;
    this.access = access;
    loops = new InnerLoops(plan.blocks());
    predecessors = InnerLoops.predecessors(plan.blocks());
    for (Block block : plan.blocks()) {
      blocks.put(block.pc(), block);
      groups.put(block, AccessGroups.of(block, plan::calls));
    }
  }

  void emit(CodeBuilder builder) {
    code = builder;
    maps = new StackMaps(code);
    RawCalls calls = new RawCalls(code);
    registers = new RegisterLocals(code, maps, calls, access, X, F, FIRST_REGISTER);
    ranges = new PageRanges(code, plan, RANGES);
    instructions =
        new InstructionEmitter(
            code,
            registers,
            new MemoryEmitter(
                code, maps, registers, ranges, calls, plan, self, view.flatMask(), access));
    epilogue = code.newLabel();
    plan.blocks().forEach(block -> labels.put(block, code.newLabel()));
    new Prologue(code, maps, self, view.single(), access).emit(plan, ranges);
    enter();
    for (int i = 0; i < plan.blocks().size(); i++) {
      afterThis = i + 1 < plan.blocks().size() ? plan.blocks().get(i + 1) : null;
      block(plan.blocks().get(i));
    }
    for (int i = 0; i < outOfLine.size(); i++) { // which may add more
      outOfLine.get(i).run();
    }
    maps.begin();
    maps.bind(epilogue);
    epilogue();
    code.with(maps.table());
  }

  /** With no budget at all nothing is executed, from whichever entry: so is code warmed up. */
  private void enter() {
    code.iload(LEFT).ifeq(epilogue);
    List<SwitchCase> cases = new ArrayList<>();
    for (int i = 1; i < plan.entries().size(); i++) {
      cases.add(SwitchCase.of(i, edge(plan.entries().get(i))));
    }
    Label first = edge(plan.entries().getFirst());
    if (cases.isEmpty()) {
      code.goto_(first);
    } else {
      code.iload(ENTRY).tableswitch(first, cases);
    }
  }

  private void epilogue() {
    code.aload(CONTEXT).lload(PC).putfield(RegionCompiler.CONTEXT, "pc", CD_long);
    code.aload(CONTEXT).iload(REASON).putfield(RegionCompiler.CONTEXT, "reason", CD_int);
    code.iload(LEFT).ireturn();
  }

  private void block(Block block) {
    loopHere = loops.of(block);
    registers.begin(heldAt(block), loopHere == null ? new BitSet() : loopHere.written());
    maps.bind(labels.get(block));
    if (block.checked()) {
      Label enough = code.newLabel();
      code.iload(LEFT).loadConstant(block.longestPath()).if_icmpge(enough);
      exit(block.pc(), RegionContext.BUDGET);
      maps.bind(enough);
    }
    for (int copy = 1; copy < block.copies(); copy++) {
      body(block);
      again(block);
    }
    body(block);
    if (block.end() == Block.End.INDIRECT) {
      target(block.last());
    }
    if (block.end() == Block.End.JUMP || block.end() == Block.End.INDIRECT) {
      link(block);
    }
    if (block.end() == Block.End.BRANCH) {
      instructions.fetchOperands(block.last());
    }
    heldBehind.put(block, registers.held());
    switch (block.end()) {
      case FALL -> go(block.next());
      case INTERPRET -> exit(block.next(), RegionContext.INTERPRET);
      case JUMP -> go(block.target());
      case BRANCH -> branch(block);
      case INDIRECT -> indirect(block);
    }
  }

  /** Outside of inner loops each register goes to its array where it changes last. */
  private void body(Block block) {
    boolean jumps = block.end() != Block.End.FALL && block.end() != Block.End.INTERPRET;
    int body = block.count() - (jumps ? 1 : 0);
    int[] writers = lastWriters(block);
    for (int i = 0; i < body; i++) {
      instructions.emit(block.slot(i), new Site(block, i));
      if (loopHere == null) {
        BitSet done = new Operands(block.slot(i)).written();
        for (int r = done.nextSetBit(0); r >= 0; r = done.nextSetBit(r + 1)) {
          if (writers[r] == i) {
            registers.writeBack(r);
          }
        }
      }
    }
    if (block.count() > 0) {
      code.iinc(LEFT, -block.count());
    }
  }

  /** Returns by register which instruction of the block is the last that writes it. */
  private static int[] lastWriters(Block block) {
    int[] writers = new int[2 * Hart.REGISTERS];
    for (int i = 0; i < block.count(); i++) {
      BitSet written = new Operands(block.slot(i)).written();
      for (int r = written.nextSetBit(0); r >= 0; r = written.nextSetBit(r + 1)) {
        writers[r] = i;
      }
    }
    return writers;
  }

  /** Ends a copy of a loop that another one follows. */
  private void again(Block loop) {
    instructions.fetchOperands(loop.last());
    Label next = code.newLabel();
    instructions.branch(loop.last(), next);
    Block behind = blocks.get(loop.next());
    if (behind == null) {
      exit(loop.next(), RegionContext.JUMP);
    } else {
      code.goto_(edge(behind));
    }
    maps.bind(next);
  }

  /**
   * Returns which locals hold their registers at the beginning of {@code block}: in an inner loop
   * those that the loop uses, else what the only block before this one has left.
   */
  private BitSet heldAt(Block block) {
    InnerLoops.InnerLoop loop = loops.of(block);
    BitSet held = loop == null ? new BitSet() : (BitSet) loop.registers().clone();
    Set<Block> before = predecessors.get(block);
    if (before.size() == 1 && !plan.entries().contains(block)) {
      Block only = before.iterator().next();
      if (heldBehind.containsKey(only)) {
        held.or(heldBehind.get(only));
      }
    }
    return held;
  }

  /**
   * Returns the label for jumps to {@code to} from the block that is being emitted, or from the
   * entry: in between registers are written back and fetched as inner loops need it.
   */
  private Label edge(Block to) {
    Transfer transfer = transfer(to);
    if (transfer.isEmpty()) {
      return labels.get(to);
    }
    Label edge = code.newLabel();
    BitSet held = maps.longs();
    outOfLine.add(
        () -> {
          maps.bind(edge, held);
          transfer.emit();
          code.goto_(labels.get(to));
        });
    return edge;
  }

  private Transfer transfer(Block to) {
    InnerLoops.InnerLoop loop = loops.of(to);
    BitSet missing = new BitSet();
    if (loop != null && loop == loopHere) {
      return new Transfer(missing, missing);
    }
    if (loop != null) {
      missing.or(loop.registers());
      missing.andNot(registers.held());
    }
    return new Transfer(registers.changed(), missing);
  }

  /** What has to be done between two blocks. */
  private final class Transfer {
    private final BitSet changed;
    private final BitSet missing;

    Transfer(BitSet changed, BitSet missing) {
      this.changed = changed;
      this.missing = missing;
    }

    boolean isEmpty() {
      return changed.isEmpty() && missing.isEmpty();
    }

    void emit() {
      registers.writeBack(changed);
      registers.fetch(missing);
    }
  }

  /**
   * Jumps backwards are unconditional: HotSpot looks for safepoints there, and would have to tell
   * them the condition. What is jumped over to has one label, the next block's if that follows.
   */
  private void branch(Block block) {
    Block target = blocks.get(block.target());
    if (target != null && !heldBehind.containsKey(target)) {
      instructions.branch(block.last(), edge(target));
    } else {
      Label taken = code.newLabel();
      Block behind = blocks.get(block.next());
      boolean follows = behind != null && behind == afterThis && transfer(behind).isEmpty();
      Label over = follows ? labels.get(behind) : code.newLabel();
      instructions.branch(block.last(), taken);
      code.goto_(over);
      maps.bind(taken);
      if (target == null) {
        exit(block.target(), RegionContext.JUMP);
      } else {
        code.goto_(edge(target));
      }
      if (!follows) {
        maps.bind(over);
      }
    }
    go(block.next());
  }

  private void target(long slot) {
    registers.loadX(SlotLayout.rs1(slot));
    code.loadConstant((long) SlotLayout.immediate(slot)).ladd().loadConstant(-2L).land();
    code.lstore(PC);
  }

  private void indirect(Block block) {
    for (Block candidate : block.successors()) {
      Label no = code.newLabel();
      code.lload(PC).loadConstant(candidate.pc()).lcmp().ifne(no);
      code.goto_(edge(candidate));
      maps.bind(no);
    }
    registers.writeBack(registers.changed());
    code.aload(CONTEXT).loadConstant(block.pc(block.count() - 1));
    code.putfield(RegionCompiler.CONTEXT, "site", CD_long);
    code.goto_(epilogue);
  }

  /** Writes the return address of a jump. */
  private void link(Block block) {
    int rd = SlotLayout.rd(block.last());
    if (rd != Hart.DISCARD) {
      code.loadConstant(block.next());
      registers.storeX(rd);
      if (loopHere == null) {
        registers.writeBack(rd);
      }
    }
  }

  private void go(long pc) {
    Block target = blocks.get(pc);
    if (target == null) {
      exit(pc, RegionContext.JUMP);
      return;
    }
    transfer(target).emit();
    if (target != afterThis) {
      code.goto_(labels.get(target));
    }
  }

  private void exit(long pc, int reason) {
    registers.writeBack(registers.changed());
    leave(pc, reason);
  }

  private void leave(long pc, int reason) {
    code.loadConstant(pc).lstore(PC);
    if (reason != RegionContext.JUMP) {
      code.loadConstant(reason).istore(REASON);
    }
    code.goto_(epilogue);
  }

  /** An instruction's place in the region, and the ways out from there. */
  final class Site {
    private final long pc;
    private final int retired;
    private final AccessGroups.Group group;
    private final long tester;
    private final BitSet changed = registers.changed();
    private final BitSet held = maps.longs();
    private Label leave;

    private Site(Block block, int index) {
      pc = block.pc(index);
      retired = index;
      group = groups.get(block).at(index);
      tester = group == null ? pc : block.pc(group.first());
    }

    /** Returns whom the access shares its test with, or null if it has one of its own. */
    AccessGroups.Group group() {
      return group;
    }

    /** Returns the address of the instruction. */
    long pc() {
      return pc;
    }

    /** Returns how many instructions of its block come before it. */
    int retired() {
      return retired;
    }

    /** Returns whether the slow path is a call, not an exit. */
    boolean calls() {
      return plan.calls(pc);
    }

    /**
     * Returns whether the access looks no further than the range of pages; where several share a
     * test, the first one decides.
     */
    boolean ranged() {
      return plan.ranged().has(tester);
    }

    /** Returns where to go, with an empty stack, for the interpreter to execute the instruction. */
    Label leave() {
      return leave(RegionContext.INTERPRET);
    }

    /** Returns where to go, with an empty stack, if an access is not to plain memory. */
    Label slow() {
      return calls() ? code.newLabel() : leave(RegionContext.SLOW);
    }

    private Label leave(int reason) {
      if (leave == null) {
        leave = code.newLabel();
        outOfLine(
            leave,
            held,
            () -> {
              registers.writeBack(changed);
              if (retired > 0) {
                code.iinc(LEFT, -retired);
              }
              RegionEmitter.this.leave(pc, reason);
            });
      }
      return leave;
    }

    /**
     * Has {@code emitter} emit code at {@code label}, behind the blocks.
     *
     * @param longs see {@link StackMaps#bind}
     */
    void outOfLine(Label label, BitSet longs, Runnable emitter) {
      outOfLine.add(
          () -> {
            maps.bind(label, longs);
            emitter.run();
          });
    }

    /** Emits a push of what a method of the context has found. */
    void value() {
      code.aload(CONTEXT).getfield(RegionCompiler.CONTEXT, "value", CD_long);
    }
  }
}
