package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.vls.vmm.engine.RawAccess;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Emits calls of the JDK's own access to arrays (decision 0017). Each method is looked up in the
 * class's constants once, not for each call: a third of a region's instructions are such calls.
 */
final class RawCalls {
  private static final int SIZES = 4;

  private final CodeBuilder code;
  private final MethodRefEntry[] gets = new MethodRefEntry[SIZES];
  private final MethodRefEntry[] puts = new MethodRefEntry[SIZES];

  RawCalls(CodeBuilder code) {
    this.code = code;
  }

  /**
   * Emits a load from the object and the offset on the stack.
   *
   * @param size 1, 2, 4 or 8 octets: an int, sign-extended, or a long
   */
  void get(int size) {
    int shift = Integer.numberOfTrailingZeros(size);
    if (gets[shift] == null) {
      gets[shift] = method("get", size, MethodTypeDesc.of(type(size), CD_Object, CD_long));
    }
    code.invokevirtual(gets[shift]);
  }

  /**
   * Emits a store of the value on the stack, behind the object and the offset.
   *
   * @param size 1, 2, 4 or 8 octets: an int within their range, or a long
   */
  void put(int size) {
    int shift = Integer.numberOfTrailingZeros(size);
    if (puts[shift] == null) {
      MethodTypeDesc type = MethodTypeDesc.of(CD_void, CD_Object, CD_long, type(size));
      puts[shift] = method("put", size, type);
    }
    code.invokevirtual(puts[shift]);
  }

  private MethodRefEntry method(String verb, int size, MethodTypeDesc type) {
    String noun =
        switch (size) {
          case Byte.BYTES -> "Byte";
          case Short.BYTES -> "Short";
          case Integer.BYTES -> "Int";
          default -> "Long";
        };
    return code.constantPool().methodRefEntry(RawAccess.UNSAFE, verb + noun, type);
  }

  private static ClassDesc type(int size) {
    return switch (size) {
      case Byte.BYTES -> CD_byte;
      case Short.BYTES -> CD_short;
      case Integer.BYTES -> CD_int;
      default -> CD_long;
    };
  }
}
