package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.fp.FpStatus;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.SlotLayout;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Emits the body of {@link Region#run}: registers into locals, the blocks, and one way out.
 *
 * <p>All exits set {@code pc} and {@code reason} and go to the one epilogue, which writes the
 * registers back; accesses that leave in the middle of a block arrive there through the one
 * exception handler, which finds pc and count by {@code site}.
 */
final class RegionEmitter {
  private static final ClassDesc STATUS = FpStatus.class.describeConstable().orElseThrow();
  private static final ClassDesc LEAVE =
      LeaveRegionException.class.describeConstable().orElseThrow();
  private static final ClassDesc LONGS = CD_long.arrayType();

  private final RegionPlan plan;
  private final Map<Long, Block> blocks = new LinkedHashMap<>();
  private final Map<Block, Label> labels = new LinkedHashMap<>();
  private final List<long[]> sites = new ArrayList<>();
  private final ClassDesc self;
  private CodeBuilder code;
  private Locals locals;
  private InstructionEmitter instructions;
  private Label epilogue;
  private Block afterThis;

  RegionEmitter(RegionPlan plan, ClassDesc self) {
    this.plan = plan;
    this.self = self;
    plan.blocks().forEach(block -> blocks.put(block.pc(), block));
  }

  /** Returns the addresses of the sites, once the code is emitted. */
  long[] sitePcs() {
    return sites.stream().mapToLong(site -> site[0]).toArray();
  }

  /** Returns what has retired before each site in its block, once the code is emitted. */
  int[] siteRetired() {
    return sites.stream().mapToInt(site -> (int) site[1]).toArray();
  }

  void emit(CodeBuilder builder) {
    code = builder;
    locals = new Locals(plan);
    instructions =
        new InstructionEmitter(code, locals, new MemoryEmitter(code, locals, plan, self));
    epilogue = code.newLabel();
    plan.blocks().forEach(block -> labels.put(block, code.newLabel()));
    Label handled = code.newLabel();
    Label handler = code.newLabel();
    prologue();
    code.labelBinding(handled);
    enter();
    for (int i = 0; i < plan.blocks().size(); i++) {
      afterThis = i + 1 < plan.blocks().size() ? plan.blocks().get(i + 1) : null;
      block(plan.blocks().get(i));
    }
    code.labelBinding(handler);
    handler();
    code.labelBinding(epilogue);
    epilogue();
    code.exceptionCatch(handled, handler, handler, LEAVE);
  }

  private void prologue() {
    code.aload(Locals.CONTEXT).getfield(RegionCompiler.CONTEXT, "data", CD_long);
    code.lstore(Locals.DATA);
    code.aload(Locals.CONTEXT).lconst_0().putfield(RegionCompiler.CONTEXT, "site", CD_long);
    code.lconst_0().lstore(Locals.PC);
    code.iconst_0().istore(Locals.SITE);
    code.iconst_0().istore(Locals.REASON);
    code.aload(Locals.CONTEXT).getfield(RegionCompiler.CONTEXT, "x", LONGS).astore(Locals.X);
    code.aload(Locals.CONTEXT).getfield(RegionCompiler.CONTEXT, "f", LONGS).astore(Locals.F);
    code.aload(Locals.CONTEXT).getfield(RegionCompiler.CONTEXT, "status", STATUS);
    code.astore(Locals.STATUS);
    for (int r = 1; r < Hart.REGISTERS; r++) {
      if (locals.usesX(r)) {
        code.aload(Locals.X).loadConstant(r).laload().lstore(locals.x(r));
      }
    }
    for (int r = 0; r < Hart.REGISTERS; r++) {
      if (locals.usesF(r)) {
        code.aload(Locals.F).loadConstant(r).laload().lstore(locals.f(r));
      }
    }
  }

  /** With no budget at all nothing is executed, from whichever entry: so is code warmed up. */
  private void enter() {
    code.iload(Locals.LEFT).ifeq(epilogue);
    List<SwitchCase> cases = new ArrayList<>();
    for (int i = 1; i < plan.entries().size(); i++) {
      cases.add(SwitchCase.of(i, labels.get(plan.entries().get(i))));
    }
    Label first = labels.get(plan.entries().getFirst());
    if (cases.isEmpty()) {
      code.goto_(first);
    } else {
      code.iload(Locals.ENTRY).tableswitch(first, cases);
    }
  }

  private void epilogue() {
    for (int r = 1; r < Hart.REGISTERS; r++) {
      if (locals.writesX(r)) {
        code.aload(Locals.X).loadConstant(r).lload(locals.x(r)).lastore();
      }
    }
    for (int r = 0; r < Hart.REGISTERS; r++) {
      if (locals.writesF(r)) {
        code.aload(Locals.F).loadConstant(r).lload(locals.f(r)).lastore();
      }
    }
    code.aload(Locals.CONTEXT).lload(Locals.PC).putfield(RegionCompiler.CONTEXT, "pc", CD_long);
    code.aload(Locals.CONTEXT).iload(Locals.REASON);
    code.putfield(RegionCompiler.CONTEXT, "reason", CD_int);
    code.iload(Locals.LEFT).ireturn();
  }

  private void handler() {
    code.pop();
    code.aload(0).iload(Locals.SITE);
    code.invokevirtual(RegionCompiler.REGION, "sitePc", MethodTypeDesc.of(CD_long, CD_int));
    code.lstore(Locals.PC);
    code.iload(Locals.LEFT).aload(0).iload(Locals.SITE);
    code.invokevirtual(RegionCompiler.REGION, "siteRetired", MethodTypeDesc.of(CD_int, CD_int));
    code.isub().istore(Locals.LEFT);
    code.loadConstant(RegionContext.INTERPRET).istore(Locals.REASON);
  }

  private void block(Block block) {
    code.labelBinding(labels.get(block));
    if (block.checked()) {
      Label enough = code.newLabel();
      code.iload(Locals.LEFT).loadConstant(block.longestPath()).if_icmpge(enough);
      exit(block.pc(), RegionContext.BUDGET);
      code.labelBinding(enough);
    }
    boolean jumps = block.end() != Block.End.FALL && block.end() != Block.End.INTERPRET;
    int body = block.count() - (jumps ? 1 : 0);
    for (int i = 0; i < body; i++) {
      long slot = block.slot(i);
      if (InstructionEmitter.mayLeave(slot)) {
        code.loadConstant(sites.size()).istore(Locals.SITE);
        sites.add(new long[] {block.pc(i), i});
      }
      instructions.emit(slot, block.pc(i), i);
    }
    if (block.count() > 0) {
      code.iinc(Locals.LEFT, -block.count());
    }
    switch (block.end()) {
      case FALL -> go(block.next(), true);
      case INTERPRET -> exit(block.next(), RegionContext.INTERPRET);
      case JUMP -> {
        link(block);
        go(block.target(), true);
      }
      case BRANCH -> branch(block);
      case INDIRECT -> indirect(block);
    }
  }

  private void branch(Block block) {
    Block target = blocks.get(block.target());
    if (target != null) {
      instructions.branch(block.last(), labels.get(target));
    } else {
      Label taken = code.newLabel();
      Label over = code.newLabel();
      instructions.branch(block.last(), taken);
      code.goto_(over);
      code.labelBinding(taken);
      exit(block.target(), RegionContext.JUMP);
      code.labelBinding(over);
    }
    go(block.next(), true);
  }

  private void indirect(Block block) {
    long slot = block.last();
    locals.loadX(code, SlotLayout.rs1(slot));
    code.loadConstant((long) SlotLayout.immediate(slot)).ladd().loadConstant(-2L).land();
    code.lstore(Locals.PC);
    link(block);
    for (Block candidate : block.successors()) {
      Label no = code.newLabel();
      code.lload(Locals.PC).loadConstant(candidate.pc()).lcmp().ifne(no);
      code.goto_(labels.get(candidate));
      code.labelBinding(no);
    }
    code.aload(Locals.CONTEXT).loadConstant(block.pc(block.count() - 1));
    code.putfield(RegionCompiler.CONTEXT, "site", CD_long);
    code.goto_(epilogue);
  }

  /** Writes the return address of a jump. */
  private void link(Block block) {
    int rd = SlotLayout.rd(block.last());
    if (rd != Hart.DISCARD) {
      code.loadConstant(block.next());
      locals.storeX(code, rd);
    }
  }

  private void go(long pc, boolean last) {
    Block target = blocks.get(pc);
    if (target == null) {
      exit(pc, RegionContext.JUMP);
    } else if (!last || target != afterThis) {
      code.goto_(labels.get(target));
    }
  }

  private void exit(long pc, int reason) {
    code.loadConstant(pc).lstore(Locals.PC);
    if (reason != RegionContext.JUMP) {
      code.loadConstant(reason).istore(Locals.REASON);
    }
    code.goto_(epilogue);
  }

  /** Which local of the method holds what. */
  static final class Locals {
    static final int CONTEXT = 1;
    static final int LEFT = 2;
    static final int ENTRY = 3;
    static final int DATA = 4;
    static final int PC = 6;
    static final int SITE = 8;
    static final int REASON = 9;
    static final int X = 10;
    static final int F = 11;
    static final int STATUS = 12;
    private static final int FIRST_REGISTER = 13;

    private final int[] x = new int[Hart.REGISTERS];
    private final int[] f = new int[Hart.REGISTERS];
    private final boolean[] writtenX = new boolean[Hart.REGISTERS];
    private final boolean[] writtenF = new boolean[Hart.REGISTERS];
    private int next = FIRST_REGISTER;

    Locals(RegionPlan plan) {
      for (Block block : plan.blocks()) {
        for (int i = 0; i < block.count(); i++) {
          note(new Operands(block.slot(i)));
        }
      }
    }

    private void note(Operands operands) {
      operands.readsX().filter(r -> r != 0).forEach(r -> use(x, r));
      operands.readsF().forEach(r -> use(f, r));
      operands
          .writesX()
          .ifPresent(
              r -> {
                use(x, r);
                writtenX[r] = true;
              });
      operands
          .writesF()
          .ifPresent(
              r -> {
                use(f, r);
                writtenF[r] = true;
              });
    }

    private void use(int[] file, int r) {
      if (file[r] == 0) {
        file[r] = next;
        next += 2;
      }
    }

    boolean usesX(int r) {
      return x[r] != 0;
    }

    boolean usesF(int r) {
      return f[r] != 0;
    }

    boolean writesX(int r) {
      return writtenX[r];
    }

    boolean writesF(int r) {
      return writtenF[r];
    }

    int x(int r) {
      return x[r];
    }

    int f(int r) {
      return f[r];
    }

    void loadX(CodeBuilder code, int r) {
      if (r == 0) {
        code.lconst_0();
      } else {
        code.lload(x[r]);
      }
    }

    /** Stores the long on the stack, or drops it where the register is x0. */
    void storeX(CodeBuilder code, int r) {
      if (r == Hart.DISCARD) {
        code.pop2();
      } else {
        code.lstore(x[r]);
      }
    }
  }
}
