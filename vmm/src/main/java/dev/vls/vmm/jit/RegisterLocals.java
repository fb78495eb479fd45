package dev.vls.vmm.jit;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.RawAccess;
import dev.vls.vmm.hart.Hart;
import java.lang.classfile.CodeBuilder;
import java.util.BitSet;

/**
 * Guest registers in locals of the method, while its code is emitted.
 *
 * <p>The hart's arrays are up to date at the end of every block, but within inner loops, where they
 * are behind until the loop is left; a local holds a register's value from where a block first
 * needs it. So few values live long, which HotSpot's register allocator needs (docs/translator.md).
 * Registers are numbered as in {@link Operands#registers}.
 */
final class RegisterLocals {
  private final CodeBuilder code;
  private final StackMaps maps;
  private final RawCalls calls;
  private final boolean raw;
  private final int integers;
  private final int floats;
  private final int first;
  private final BitSet held = new BitSet(2 * Hart.REGISTERS);
  private final BitSet changed = new BitSet(2 * Hart.REGISTERS);
  private final BitSet words = new BitSet(Hart.REGISTERS);

  /**
   * @param maps told of what is held
   * @param access how the arrays are reached
   * @param integers local with the array of integer registers
   * @param floats local with the array of FP registers
   * @param first the first of 128 locals that are free
   */
  RegisterLocals(
      CodeBuilder code,
      StackMaps maps,
      RawCalls calls,
      ArrayAccess access,
      int integers,
      int floats,
      int first) {
    this.code = code;
    this.maps = maps;
    this.calls = calls;
    this.raw = access == ArrayAccess.RAW;
    this.integers = integers;
    this.floats = floats;
    this.first = first;
  }

  /**
   * Begins a block.
   *
   * @param nowHeld locals that hold what they should
   * @param nowChanged those of them that may be newer than the arrays
   */
  void begin(BitSet nowHeld, BitSet nowChanged) {
    held.clear();
    held.or(nowHeld);
    maps.begin();
    held.stream().forEach(r -> maps.holdsLong(local(r)));
    changed.clear();
    changed.or(nowChanged);
    words.clear();
    words.set(0);
  }

  /** Returns whether an integer register is known to hold the sign extension of its lower half. */
  boolean isWord(int r) {
    return words.get(r);
  }

  /** Takes note that an integer register holds the sign extension of its lower half. */
  void nowWord(int r) {
    words.set(r);
  }

  /** Returns which locals hold what they should, here. */
  BitSet held() {
    return (BitSet) held.clone();
  }

  /** Returns which registers are newer than the arrays, here. */
  BitSet changed() {
    return (BitSet) changed.clone();
  }

  /** Pushes an integer register. */
  void loadX(int r) {
    load(r);
  }

  /** Pushes an FP register. */
  void loadF(int r) {
    load(Hart.REGISTERS + r);
  }

  /** Pops an integer register; what goes to x0 is dropped. */
  void storeX(int r) {
    if (r == Hart.DISCARD) {
      code.pop2();
    } else {
      store(r);
    }
  }

  /** Pops an FP register. */
  void storeF(int r) {
    store(Hart.REGISTERS + r);
  }

  /** Emits loads of {@code registers}, whichever hold what they should. */
  void fetch(BitSet registers) {
    for (int r = registers.nextSetBit(0); r >= 0; r = registers.nextSetBit(r + 1)) {
      fetch(r);
    }
  }

  /**
   * Emits stores of {@code registers} to the arrays, on ways out of blocks and loops. There are
   * many of these, and few are taken: Java's own bytecodes are half as long as raw access.
   */
  void writeBack(BitSet registers) {
    for (int r = registers.nextSetBit(0); r >= 0; r = registers.nextSetBit(r + 1)) {
      code.aload(array(r)).loadConstant(r % Hart.REGISTERS).lload(local(r)).lastore();
    }
  }

  /** Emits a store of {@code register} to its array, which is up to date then. */
  void writeBack(int register) {
    emitStore(register);
    changed.clear(register);
  }

  /** Pushes a register. */
  void load(int register) {
    hold(register);
    push(register);
  }

  /** Pushes the local of a register that is held where control comes from. */
  void push(int register) {
    if (register == 0) {
      code.lconst_0();
    } else {
      code.lload(local(register));
    }
  }

  /** Has the local of {@code register} hold what it should from here on. */
  void hold(int register) {
    if (register != 0 && !held.get(register)) {
      fetch(register);
      nowHeld(register);
    }
  }

  private void emitStore(int register) {
    place(register);
    code.lload(local(register));
    if (raw) {
      calls.put(Long.BYTES);
    } else {
      code.lastore();
    }
  }

  private void fetch(int register) {
    place(register);
    if (raw) {
      calls.get(Long.BYTES);
    } else {
      code.laload();
    }
    code.lstore(local(register));
  }

  private void store(int register) {
    code.lstore(local(register));
    nowHeld(register);
    changed.set(register);
    words.clear(register);
  }

  private void nowHeld(int register) {
    held.set(register);
    maps.holdsLong(local(register));
  }

  /**
   * Pushes where a register is in its array. HotSpot tests each of Java's indexes again behind
   * joins and loops, although they are constants and the prologue has tested the last one.
   */
  private void place(int register) {
    int array = array(register);
    int index = register % Hart.REGISTERS;
    if (raw) {
      code.aload(RegionEmitter.UNSAFE)
          .aload(array)
          .loadConstant(RawAccess.LONG_BASE + (long) Long.BYTES * index);
    } else {
      code.aload(array).loadConstant(index);
    }
  }

  private int array(int register) {
    return register < Hart.REGISTERS ? integers : floats;
  }

  private int local(int register) {
    return first + 2 * register;
  }
}
