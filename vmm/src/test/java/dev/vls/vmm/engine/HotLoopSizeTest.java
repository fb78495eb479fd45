package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import org.junit.jupiter.api.Test;

class HotLoopSizeTest {
  /** HotSpot's HugeMethodLimit: longer methods stay in its interpreter for ever. */
  private static final int LIMIT = 8000;

  @Test
  void shouldStayCompilableWhenTheLoopGrows() throws Exception {
    try (InputStream stream = HotLoop.class.getResourceAsStream("HotLoop.class")) {
      for (MethodModel method : ClassFile.of().parse(stream.readAllBytes()).methods()) {
        int length = method.code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
        assertTrue(length < LIMIT, method.methodName() + " has " + length + " bytes");
      }
    }
  }
}
