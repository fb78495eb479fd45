package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * Makes a hidden class of a plan. Any thread; classes unload with the last reference to their
 * {@link Region}.
 */
final class RegionCompiler {
  private static final ClassDesc TLB = GuestView.class.describeConstable().orElseThrow();
  private static final ClassDesc FLAT = FlatView.class.describeConstable().orElseThrow();
  static final ClassDesc CONTEXT = RegionContext.class.describeConstable().orElseThrow();
  static final ClassDesc REGION = Region.class.describeConstable().orElseThrow();
  static final String VIEW_FIELD = "VIEW";

  private static final ClassDesc LOOKUP = ConstantDescs.CD_MethodHandles_Lookup;
  private static final MethodTypeDesc CONSTRUCTOR =
      MethodTypeDesc.of(CD_void, CD_long.arrayType(), CD_int.arrayType());
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_int, CONTEXT, CD_int, CD_int);

  private final GuestView tlb;
  private final FlatView flat;

  /**
   * @param tlb what regions of this machine load and store through
   * @param flat the like, for those with flat addressing
   */
  RegionCompiler(GuestView tlb, FlatView flat) {
    this.tlb = tlb;
    this.flat = flat;
  }

  /** Returns the type of what a region loads and stores through. */
  static ClassDesc view(RegionPlan plan) {
    return plan.addressing() == RegionPlan.Addressing.FLAT ? FLAT : TLB;
  }

  /** Compiles a plan. */
  Region compile(RegionPlan plan) {
    ClassDesc self = ClassDesc.of(name(plan));
    ClassDesc view = view(plan);
    Object data = plan.addressing() == RegionPlan.Addressing.FLAT ? flat : tlb;
    RegionEmitter emitter = new RegionEmitter(plan, self);
    byte[] bytes =
        ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG)
            .build(
                self,
                type ->
                    type.withSuperclass(REGION)
                        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                        .withField(VIEW_FIELD, view, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL)
                        .withMethodBody(
                            ConstantDescs.CLASS_INIT_NAME,
                            ConstantDescs.MTD_void,
                            ClassFile.ACC_STATIC,
                            code ->
                                code.invokestatic(
                                        ConstantDescs.CD_MethodHandles,
                                        "lookup",
                                        MethodTypeDesc.of(LOOKUP))
                                    .ldc(ConstantDescs.DEFAULT_NAME)
                                    .ldc(view)
                                    .invokestatic(
                                        ConstantDescs.CD_MethodHandles,
                                        "classData",
                                        MethodTypeDesc.of(
                                            ConstantDescs.CD_Object,
                                            LOOKUP,
                                            ConstantDescs.CD_String,
                                            ConstantDescs.CD_Class))
                                    .checkcast(view)
                                    .putstatic(self, VIEW_FIELD, view)
                                    .return_())
                        .withMethodBody(
                            ConstantDescs.INIT_NAME,
                            CONSTRUCTOR,
                            0,
                            code ->
                                code.aload(0)
                                    .aload(1)
                                    .aload(2)
                                    .invokespecial(REGION, ConstantDescs.INIT_NAME, CONSTRUCTOR)
                                    .return_())
                        .withMethodBody("run", RUN, 0, emitter::emit));
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, data, true);
      return (Region)
          lookup
              .lookupClass()
              .getDeclaredConstructor(long[].class, int[].class)
              .newInstance(emitter.sitePcs(), emitter.siteRetired());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a generated class does not construct", e);
    }
  }

  /** Guest addresses in names make profiles of the JVM readable. */
  private static String name(RegionPlan plan) {
    return RegionCompiler.class.getPackageName() + ".Region_" + Long.toHexString(plan.pc());
  }
}
