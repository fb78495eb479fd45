package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

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

  private static final ClassDesc LOOKUP = ConstantDescs.CD_MethodHandles_Lookup;
  private static final ClassDesc BYTES = CD_byte.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final int CONSTANT = ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_int, CONTEXT, CD_int, CD_int);

  private final GuestView view;

  /**
   * @param view what regions load and store through
   */
  RegionCompiler(GuestView view) {
    this.view = view;
  }

  /** Compiles a plan. */
  Region compile(RegionPlan plan) {
    ClassDesc self = ClassDesc.of(name(plan));
    RegionEmitter emitter = new RegionEmitter(plan, self, view.flatMask());
    byte[] bytes =
        ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG)
            .build(
                self,
                type ->
                    type.withSuperclass(REGION)
                        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                        .withField(MEMORY_FIELD, BYTES, CONSTANT)
                        .withField(FLAGS_FIELD, BYTES, CONSTANT)
                        .withField(LOADS_FIELD, LONGS, CONSTANT)
                        .withField(STORES_FIELD, LONGS, CONSTANT)
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
                        .withMethodBody("run", RUN, 0, emitter::emit));
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, view, true);
      return (Region) lookup.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a generated class does not construct", e);
    }
  }

  /** Takes the arrays out of the class data. */
  private static void initialize(CodeBuilder code, ClassDesc self) {
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
    code.return_();
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
