package dev.vls.vmm.jit;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.util.Locale;
import java.util.stream.Collectors;

/** Makes text of the bytecode of a method, in the manner of javap. */
final class BytecodeListing {
  private static final long SMALL = 1 << 12;

  private final CodeAttribute code;
  private final StringBuilder text = new StringBuilder();

  private BytecodeListing(CodeAttribute code) {
    this.code = code;
  }

  /** Returns the code of the first method of that name, a line for each instruction. */
  static String of(byte[] classFile, String method) {
    return ClassFile.of().parse(classFile).methods().stream()
        .filter(candidate -> candidate.methodName().equalsString(method))
        .flatMap(found -> found.findAttribute(Attributes.code()).stream())
        .findFirst()
        .map(code -> new BytecodeListing(code).list())
        .orElse("");
  }

  private String list() {
    text.append("bytecode of %d bytes%n".formatted(code.codeLength()));
    int at = 0;
    for (var element : code) {
      if (element instanceof Instruction instruction) {
        text.append("%6d: %s%n".formatted(at, line(instruction)));
        at += instruction.sizeInBytes();
      }
    }
    return text.toString();
  }

  private String line(Instruction instruction) {
    String name = instruction.opcode().name().toLowerCase(Locale.ROOT);
    boolean whole = instruction.sizeInBytes() == 1;
    return whole ? name : name + operands(instruction);
  }

  private String operands(Instruction instruction) {
    return switch (instruction) {
      case BranchInstruction branch -> " " + at(branch.target());
      case LoadInstruction load -> " " + load.slot();
      case StoreInstruction store -> " " + store.slot();
      case IncrementInstruction increment ->
          " %d by %d".formatted(increment.slot(), increment.constant());
      case ConstantInstruction constant -> " " + value(constant.constantValue());
      case FieldInstruction field ->
          " %s.%s".formatted(simple(field.owner().asInternalName()), field.name().stringValue());
      case InvokeInstruction call ->
          " %s.%s%s"
              .formatted(
                  simple(call.owner().asInternalName()),
                  call.name().stringValue(),
                  call.typeSymbol().displayDescriptor());
      case TableSwitchInstruction table ->
          table.cases().stream()
              .map(way -> " %d:%d".formatted(way.caseValue(), at(way.target())))
              .collect(Collectors.joining("", "", " default:" + at(table.defaultTarget())));
      default -> "";
    };
  }

  private int at(Label label) {
    return code.labelToBci(label);
  }

  /** Guest addresses are read in hexadecimal. */
  private static String value(Object constant) {
    return constant instanceof Long number && (number < -SMALL || number > SMALL)
        ? "0x" + Long.toHexString(number)
        : constant.toString();
  }

  private static String simple(String internalName) {
    return internalName.substring(internalName.lastIndexOf('/') + 1);
  }
}
