package dev.vls.vmm.engine;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.vls.vmm.memory.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the copy of {@link DispatchLoop} that runs: the same bytecode, but for accesses to arrays
 * of numbers and calls of {@link LittleEndian}, which become those of {@link RawAccess}, without
 * tests (decision 0018). The build does so when it has compiled this module, so that the copy is a
 * class like others for the launcher's ahead-of-time cache.
 */
final class RawDispatch {
  private static final String NAME = RawDispatch.class.getPackageName() + ".RawDispatchLoop";
  private static final ClassDesc SELF = ClassDesc.of(NAME);
  private static final ClassDesc BASES = RawAccess.class.describeConstable().orElseThrow();
  private static final String UNSAFE = "UNSAFE";

  private RawDispatch() {}

  /**
   * Writes the class file of the copy.
   *
   * @param args the folder of this module's class files
   */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0], NAME.replace('.', '/') + ".class"), bytes());
  }

  /** Returns the copy, or the original where something else than Maven has built this module. */
  static Dispatch load() {
    try {
      return Class.forName(NAME).asSubclass(Dispatch.class).getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      return new DispatchLoop();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a generated class does not construct", e);
    }
  }

  /** Returns the class file of the copy. */
  static byte[] bytes() {
    ClassFile file = ClassFile.of();
    return file.transformClass(
        file.parse(original()),
        SELF,
        ClassTransform.transformingMethodBodies(new Untested())
            .andThen(ClassTransform.endHandler(RawDispatch::addUnsafe)));
  }

  private static byte[] original() {
    try (InputStream in = DispatchLoop.class.getResourceAsStream("DispatchLoop.class")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a class of VLS", e);
    }
  }

  private static void addUnsafe(ClassBuilder type) {
    type.withField(UNSAFE, RawAccess.UNSAFE, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
    type.withMethodBody(
        CLASS_INIT_NAME,
        MTD_void,
        ClassFile.ACC_STATIC,
        code ->
            code.invokestatic(RawAccess.UNSAFE, "getUnsafe", MethodTypeDesc.of(RawAccess.UNSAFE))
                .putstatic(SELF, UNSAFE, RawAccess.UNSAFE)
                .return_());
  }

  /**
   * What is accessed.
   *
   * @param name of it in the names of the JDK's methods
   * @param base the field of {@link RawAccess} with where its first one is in an array
   * @param shift how far one is from the next, as a power of two
   */
  private record Kind(String name, ClassDesc type, String base, int shift) {
    private static final Kind LONGS = new Kind("Long", CD_long, "LONG_BASE", 3);
    private static final Kind INTS = new Kind("Int", CD_int, "INT_BASE", 2);
    private static final Kind OCTETS = new Kind("Byte", CD_byte, "BASE", 0);
    private static final Kind TWO_OCTETS = new Kind("Short", CD_short, "BASE", 0);
    private static final Kind FOUR_OCTETS = new Kind("Int", CD_int, "BASE", 0);
    private static final Kind EIGHT_OCTETS = new Kind("Long", CD_long, "BASE", 0);

    /** Returns what an instruction accesses whose type is {@code element}. */
    static Kind of(TypeKind element) {
      return switch (element) {
        case LONG -> LONGS;
        case INT -> INTS;
        case BYTE -> OCTETS;
        default -> throw new IllegalStateException("the loop has an array of another type");
      };
    }

    /** Returns what a method of {@link LittleEndian} accesses, whose name ends in the bits. */
    static Kind of(String method) {
      if (method.endsWith("16")) {
        return TWO_OCTETS;
      }
      return method.endsWith("32") ? FOUR_OCTETS : EIGHT_OCTETS;
    }
  }

  /** Replaces accesses in one method. */
  private static final class Untested implements CodeTransform {
    private static final String LITTLE_ENDIAN =
        LittleEndian.class.describeConstable().orElseThrow().descriptorString();

    private int array;
    private int offset;
    private int value;

    @Override
    public void atStart(CodeBuilder code) {
      array = code.allocateLocal(TypeKind.REFERENCE);
      offset = code.allocateLocal(TypeKind.LONG);
      value = code.allocateLocal(TypeKind.LONG);
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      switch (element) {
        case ArrayLoadInstruction load when load.typeKind() != TypeKind.REFERENCE ->
            read(code, Kind.of(load.typeKind()));
        case ArrayStoreInstruction store -> write(code, Kind.of(store.typeKind()));
        case InvokeInstruction call
            when call.owner().asSymbol().descriptorString().equals(LITTLE_ENDIAN) -> {
          Kind kind = Kind.of(call.name().stringValue());
          if (call.typeSymbol().returnType().equals(CD_void)) {
            write(code, kind);
          } else {
            read(code, kind);
          }
        }
        default -> code.with(element);
      }
    }

    /** Replaces the array and the index on the stack by what is there. */
    private void read(CodeBuilder code, Kind kind) {
      place(code, kind);
      code.invokevirtual(
          RawAccess.UNSAFE, "get" + kind.name, MethodTypeDesc.of(kind.type, CD_Object, CD_long));
    }

    /** Stores the value on the stack to the array and the index below it. */
    private void write(CodeBuilder code, Kind kind) {
      TypeKind type = TypeKind.from(kind.type);
      code.storeLocal(type, value);
      place(code, kind);
      code.loadLocal(type, value);
      code.invokevirtual(
          RawAccess.UNSAFE,
          "put" + kind.name,
          MethodTypeDesc.of(CD_void, CD_Object, CD_long, kind.type));
    }

    /** Replaces the array and the index on the stack by what the JDK's methods want. */
    private void place(CodeBuilder code, Kind kind) {
      code.i2l();
      if (kind.shift > 0) {
        code.loadConstant(kind.shift).lshl();
      }
      code.getstatic(BASES, kind.base, CD_long).ladd().lstore(offset).astore(array);
      code.getstatic(SELF, UNSAFE, RawAccess.UNSAFE).aload(array).lload(offset);
    }
  }
}
