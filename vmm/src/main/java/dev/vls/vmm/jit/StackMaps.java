package dev.vls.vmm.jit;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells the JVM's verifier what the locals of a method hold wherever a label is (JVMS 4.7.4): some
 * that hold the same from the prologue on, and longs that come and go.
 *
 * <p>The JDK finds that out by itself if it is not told, by executing the method in the abstract,
 * in code that HotSpot has to compile before it is fast (decision 0024).
 */
final class StackMaps {
  private final CodeBuilder code;
  private final List<VerificationTypeInfo> always = new ArrayList<>();
  private final BitSet longs = new BitSet();
  private final Map<BitSet, List<VerificationTypeInfo>> locals = new LinkedHashMap<>();
  private final List<StackMapFrameInfo> frames = new ArrayList<>();

  StackMaps(CodeBuilder code) {
    this.code = code;
  }

  /** Local {@code slot} holds an object of that type, or an array, wherever a label is. */
  void alwaysObject(int slot, ClassDesc type) {
    always(slot, ObjectVerificationTypeInfo.of(type));
  }

  /** Local {@code slot} holds an int wherever a label is. */
  void alwaysInt(int slot) {
    always(slot, SimpleVerificationTypeInfo.INTEGER);
  }

  /** Local {@code slot} holds a long wherever a label is. */
  void alwaysLong(int slot) {
    always(slot, SimpleVerificationTypeInfo.LONG);
  }

  /** A block begins, of which other longs are known. */
  void begin() {
    longs.clear();
  }

  /** From here on local {@code slot} holds a long. */
  void holdsLong(int slot) {
    longs.set(slot);
  }

  /** Returns which locals hold longs here, those that always do left out. */
  BitSet longs() {
    return (BitSet) longs.clone();
  }

  /** Binds a label that is reached from here, or from where the same longs are held. */
  void bind(Label label) {
    bind(label, longs);
  }

  /**
   * Binds a label, at most one at an instruction.
   *
   * @param held locals that hold longs on all ways there
   */
  void bind(Label label, BitSet held) {
    bind(label, held, List.of());
  }

  /** Binds a label with a long on the stack. */
  void bindWithLong(Label label) {
    bind(label, longs, List.of(SimpleVerificationTypeInfo.LONG));
  }

  private void bind(Label label, BitSet held, List<VerificationTypeInfo> stack) {
    code.labelBinding(label);
    List<VerificationTypeInfo> found = locals.get(held);
    if (found == null) {
      found = locals(held);
      locals.put((BitSet) held.clone(), found);
    }
    frames.add(StackMapFrameInfo.of(label, found, stack));
  }

  private List<VerificationTypeInfo> locals(BitSet held) {
    List<VerificationTypeInfo> types = new ArrayList<>();
    int slots = Math.max(always.size(), held.length());
    for (int slot = 0; slot < slots; slot++) {
      VerificationTypeInfo type = held.get(slot) ? SimpleVerificationTypeInfo.LONG : always(slot);
      types.add(type);
      if (type == SimpleVerificationTypeInfo.LONG) {
        slot++;
      }
    }
    return types;
  }

  private VerificationTypeInfo always(int slot) {
    return slot < always.size() ? always.get(slot) : SimpleVerificationTypeInfo.TOP;
  }

  private void always(int slot, VerificationTypeInfo type) {
    while (always.size() <= slot) {
      always.add(SimpleVerificationTypeInfo.TOP);
    }
    always.set(slot, type);
  }

  /** Returns what the class file has to have. */
  StackMapTableAttribute table() {
    return StackMapTableAttribute.of(frames);
  }
}
