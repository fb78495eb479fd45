package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.RawAccess;
import dev.vls.vmm.memory.LittleEndian;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Emits accesses to the bytes of guest memory at indexes that were tested: {@link #base}, a long,
 * {@link #index}, and {@link #read} or, behind the value, {@link #write}.
 */
abstract sealed class BytesEmitter {
  private static final ClassDesc BYTES = CD_byte.arrayType();

  final CodeBuilder code;

  private BytesEmitter(CodeBuilder code) {
    this.code = code;
  }

  static BytesEmitter of(ArrayAccess access, CodeBuilder code, RawCalls calls) {
    return access == ArrayAccess.RAW ? new Raw(code, calls) : new Checked(code);
  }

  /** Pushes the memory. */
  void base() {
    code.aload(RegionEmitter.MEMORY);
  }

  /**
   * Makes the long on the stack, and {@code bias}, an index.
   *
   * @param mask what the sum has no other bits than, or -1
   */
  abstract void index(long bias, long mask);

  /** Makes a value of what is at the index: an int of 1 to 4 octets, a long of 8. */
  abstract void read(int size);

  /** Stores the int, of 1 to 4 octets, or the long, of 8, at the index. */
  abstract void write(int size);

  void bias(long bias) {
    if (bias != 0) {
      code.loadConstant(bias).ladd();
    }
  }

  /** As Java does it: HotSpot has to see, or to test, that the index is one. */
  private static final class Checked extends BytesEmitter {
    private static final ClassDesc ACCESS = LittleEndian.class.describeConstable().orElseThrow();

    Checked(CodeBuilder code) {
      super(code);
    }

    @Override
    void index(long bias, long mask) {
      bias(bias);
      code.l2i();
      if (mask != -1) {
        code.loadConstant((int) mask).iand();
      }
    }

    @Override
    void read(int size) {
      switch (size) {
        case 1 -> code.baload();
        case 2 -> access("i16", MethodTypeDesc.of(CD_short, BYTES, CD_int));
        case 4 -> access("i32", MethodTypeDesc.of(CD_int, BYTES, CD_int));
        default -> access("i64", MethodTypeDesc.of(CD_long, BYTES, CD_int));
      }
    }

    @Override
    void write(int size) {
      switch (size) {
        case 1 -> code.bastore();
        case 2 -> {
          code.i2s();
          access("put16", MethodTypeDesc.of(CD_void, BYTES, CD_int, CD_short));
        }
        case 4 -> access("put32", MethodTypeDesc.of(CD_void, BYTES, CD_int, CD_int));
        default -> access("put64", MethodTypeDesc.of(CD_void, BYTES, CD_int, CD_long));
      }
    }

    private void access(String method, MethodTypeDesc type) {
      code.invokestatic(ACCESS, method, type);
    }
  }

  /** As one instruction of the processor each, for either of HotSpot's compilers. */
  private static final class Raw extends BytesEmitter {
    private final RawCalls calls;

    Raw(CodeBuilder code, RawCalls calls) {
      super(code);
      this.calls = calls;
    }

    @Override
    void base() {
      code.aload(RegionEmitter.UNSAFE);
      super.base();
    }

    @Override
    void index(long bias, long mask) {
      bias(bias + RawAccess.BASE);
    }

    @Override
    void read(int size) {
      calls.get(size);
    }

    @Override
    void write(int size) {
      if (size == 1) {
        code.i2b();
      } else if (size == 2) {
        code.i2s();
      }
      calls.put(size);
    }
  }
}
