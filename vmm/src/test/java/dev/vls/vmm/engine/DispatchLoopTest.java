package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.memory.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What HotSpot needs of the loop, and what its copy is. */
class DispatchLoopTest {
  /** HotSpot's HugeMethodLimit: longer methods stay in its interpreter for ever. */
  private static final int LIMIT = 8000;

  /** Its compareUnsigned is not a call for HotSpot. */
  private static final String INTRINSICS = "java/lang/Long";

  private static final String UNSAFE = "jdk/internal/misc/Unsafe";

  @Test
  void shouldStayCompilableWhenTheLoopGrows() throws Exception {
    for (byte[] type : List.of(original(), RawDispatch.bytes())) {
      int length = run(type).code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
      assertTrue(length > 0 && length < LIMIT, "run has " + length + " bytes");
    }
  }

  @Test
  void shouldRunTheCopyThatTheBuildHasMade() throws Exception {
    assertArrayEquals(RawDispatch.bytes(), content("RawDispatchLoop.class"));
    assertEquals("RawDispatchLoop", RawDispatch.load().getClass().getSimpleName());
  }

  @Test
  void shouldCallNothingInTheLoopButAccessesToMemory() throws Exception {
    Set<String> owners = new TreeSet<>();
    callsInLoop(original()).forEach(call -> owners.add(call.owner().asInternalName()));
    assertEquals(Set.of(internal(LittleEndian.class), INTRINSICS), owners);
    List<InvokeInstruction> raw = callsInLoop(RawDispatch.bytes());
    assertTrue(raw.size() > 100, "the copy has " + raw.size() + " accesses");
    owners.clear();
    raw.forEach(call -> owners.add(call.owner().asInternalName()));
    assertEquals(Set.of(UNSAFE, INTRINSICS), owners);
  }

  @Test
  void shouldTestNoArrayOfNumbersInTheCopy() {
    for (CodeElement element : elements(RawDispatch.bytes())) {
      if (element instanceof ArrayLoadInstruction load) {
        assertEquals(Opcode.AALOAD, load.opcode());
      }
      assertTrue(!(element instanceof ArrayStoreInstruction), element.toString());
    }
  }

  private static List<InvokeInstruction> callsInLoop(byte[] type) {
    List<CodeElement> elements = elements(type);
    List<Object> labels = new ArrayList<>();
    int first = elements.size();
    for (int i = 0; i < elements.size(); i++) {
      switch (elements.get(i)) {
        case LabelTarget target -> labels.add(target.label());
        case BranchInstruction branch when labels.contains(branch.target()) ->
            first = Math.min(first, indexOf(elements, branch));
        default -> {}
      }
    }
    assertTrue(first < elements.size(), "there is no loop");
    return elements.subList(first, elements.size()).stream()
        .filter(InvokeInstruction.class::isInstance)
        .map(InvokeInstruction.class::cast)
        .toList();
  }

  /** Returns where a jump leads. */
  private static int indexOf(List<CodeElement> elements, BranchInstruction branch) {
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof LabelTarget target && target.label() == branch.target()) {
        return i;
      }
    }
    throw new AssertionError("a jump leads nowhere");
  }

  private static List<CodeElement> elements(byte[] type) {
    return run(type).code().orElseThrow().elementList();
  }

  private static MethodModel run(byte[] type) {
    return ClassFile.of().parse(type).methods().stream()
        .filter(method -> method.methodName().equalsString("run"))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] original() throws IOException {
    return content("DispatchLoop.class");
  }

  private static byte[] content(String file) throws IOException {
    try (InputStream stream = DispatchLoop.class.getResourceAsStream(file)) {
      return stream.readAllBytes();
    }
  }

  private static String internal(Class<?> type) {
    return type.getName().replace('.', '/');
  }
}
