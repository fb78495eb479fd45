package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.RawAccess;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/**
 * Makes a hidden class of a plan. Any thread; classes unload with the last reference to their
 * {@link Region}.
 */
final class RegionCompiler {
  private static final ClassDesc VIEW = GuestView.class.describeConstable().orElseThrow();
  static final ClassDesc CONTEXT = RegionContext.class.describeConstable().orElseThrow();
  static final ClassDesc REGION = Region.class.describeConstable().orElseThrow();

  static final String MEMORY_FIELD = "MEMORY";
  static final String FLAGS_FIELD = "FLAGS";
  static final String LOADS_FIELD = "LOADS";
  static final String STORES_FIELD = "STORES";
  static final String BEYOND_FIELD = "BEYOND";
  static final String X_FIELD = "X";
  static final String F_FIELD = "F";
  static final String UNSAFE_FIELD = "UNSAFE";

  private static final ClassDesc LOOKUP = ConstantDescs.CD_MethodHandles_Lookup;
  private static final ClassDesc BYTES = CD_byte.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();
  static final String RUN_NAME = "run";
  private static final int CONSTANT = ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_int, CONTEXT, CD_int, CD_int);

  /** So many instructions fit into any class file. */
  private static final int ROOM_FOR = 100;

  private final GuestView view;
  private final ArrayAccess access;
  private final RegionLister lister;

  /**
   * @param view what regions load and store through
   * @param access how
   * @param lister told of what is made
   */
  RegionCompiler(GuestView view, ArrayAccess access, RegionLister lister) {
    this.view = view;
    this.access = access;
    this.lister = lister;
  }

  /** Compiles a plan; empty if its code is so long that HotSpot would never compile it. */
  Optional<Region> compile(RegionPlan plan) {
    ClassDesc self = ClassDesc.of(name(plan));
    byte[] bytes;
    try {
      bytes = classFile(plan, self);
    } catch (IllegalArgumentException e) {
      if (plan.instructions() < ROOM_FOR) {
        throw e;
      }
      return Optional.empty(); // not even a class file has room for that
    }
    if (runLength(bytes) >= LongestMethod.BYTES) {
      return Optional.empty();
    }
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, view, true);
      Region made = (Region) lookup.lookupClass().getDeclaredConstructor().newInstance();
      lister.made(plan, bytes);
      return Optional.of(made);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a generated class does not construct", e);
    }
  }

  /**
   * @throws IllegalArgumentException if a jump spans more than 32 KiB, or the code is longer than a
   *     class file can say
   */
  private byte[] classFile(RegionPlan plan, ClassDesc self) {
    RegionEmitter emitter = new RegionEmitter(plan, self, view, access);
    return ClassFile.of(
            ClassFile.DebugElementsOption.DROP_DEBUG,
            ClassFile.StackMapsOption.DROP_STACK_MAPS,
            ClassFile.ShortJumpsOption.FAIL_ON_SHORT_JUMPS)
        .build(
            self,
            type ->
                unsafe(type.withSuperclass(REGION))
                    .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                    .withField(MEMORY_FIELD, BYTES, CONSTANT)
                    .withField(FLAGS_FIELD, BYTES, CONSTANT)
                    .withField(LOADS_FIELD, LONGS, CONSTANT)
                    .withField(STORES_FIELD, LONGS, CONSTANT)
                    .withField(BEYOND_FIELD, BYTES, CONSTANT)
                    .withField(X_FIELD, LONGS, CONSTANT)
                    .withField(F_FIELD, LONGS, CONSTANT)
                    .withMethodBody(
                        ConstantDescs.CLASS_INIT_NAME,
                        ConstantDescs.MTD_void,
                        ClassFile.ACC_STATIC,
                        code -> initialize(code, self))
                    .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        ConstantDescs.MTD_void,
                        0,
                        code ->
                            code.aload(0)
                                .invokespecial(
                                    REGION, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                .return_())
                    .withMethodBody(RUN_NAME, RUN, 0, emitter::emit));
  }

  /** Returns the bytes of the code of {@link Region#run} in a class. */
  private static int runLength(byte[] bytes) {
    return ClassFile.of().parse(bytes).methods().stream()
        .filter(method -> method.methodName().equalsString(RUN_NAME))
        .flatMap(method -> method.findAttribute(Attributes.code()).stream())
        .mapToInt(CodeAttribute::codeLength)
        .sum();
  }

  /** Takes the arrays out of the class data. */
  private void initialize(CodeBuilder code, ClassDesc self) {
    code.invokestatic(ConstantDescs.CD_MethodHandles, "lookup", MethodTypeDesc.of(LOOKUP));
    code.ldc(ConstantDescs.DEFAULT_NAME).ldc(VIEW);
    code.invokestatic(
        ConstantDescs.CD_MethodHandles,
        "classData",
        MethodTypeDesc.of(
            ConstantDescs.CD_Object, LOOKUP, ConstantDescs.CD_String, ConstantDescs.CD_Class));
    code.checkcast(VIEW).astore(0);
    constant(code, self, MEMORY_FIELD, "memory", BYTES);
    constant(code, self, FLAGS_FIELD, "flags", BYTES);
    constant(code, self, LOADS_FIELD, "loads", LONGS);
    constant(code, self, STORES_FIELD, "stores", LONGS);
    constant(code, self, BEYOND_FIELD, "beyond", BYTES);
    constant(code, self, X_FIELD, "x", LONGS);
    constant(code, self, F_FIELD, "f", LONGS);
    if (access == ArrayAccess.RAW) {
      code.invokestatic(RawAccess.UNSAFE, "getUnsafe", MethodTypeDesc.of(RawAccess.UNSAFE));
      code.putstatic(self, UNSAFE_FIELD, RawAccess.UNSAFE);
    }
    code.return_();
  }

  private ClassBuilder unsafe(ClassBuilder type) {
    return access == ArrayAccess.RAW
        ? type.withField(UNSAFE_FIELD, RawAccess.UNSAFE, CONSTANT)
        : type;
  }

  private static void constant(
      CodeBuilder code, ClassDesc self, String field, String component, ClassDesc type) {
    code.aload(0).invokevirtual(VIEW, component, MethodTypeDesc.of(type));
    code.putstatic(self, field, type);
  }

  /** Guest addresses in names make profiles of the JVM readable. */
  private static String name(RegionPlan plan) {
    return RegionCompiler.class.getPackageName() + ".Region_" + Long.toHexString(plan.pc());
  }
}
