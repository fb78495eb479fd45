package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Asm.addi;
import static dev.vls.vmm.isa.Asm.lbu;
import static dev.vls.vmm.isa.Asm.ld;
import static dev.vls.vmm.isa.Asm.lw;
import static dev.vls.vmm.isa.Asm.sd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.vls.vmm.isa.Decoder;
import org.junit.jupiter.api.Test;

class AccessGroupsTest {
  private static final int A = 10;
  private static final int B = 11;
  private static final int BASE = 8;

  private static AccessGroups groups(int... instructions) {
    Block block = new Block(0x1000);
    for (int i = 0; i < instructions.length; i++) {
      block.add(0x1000 + 4L * i, Decoder.decode(instructions[i]));
    }
    return AccessGroups.of(block, pc -> false);
  }

  /** Whatever their widths: where the doubleword is aligned the others are. */
  @Test
  void shouldPutWhatIsAlignedTogetherIntoOneGroup() {
    AccessGroups found = groups(lw(A, BASE, 20), lbu(A, BASE, 13), ld(A, BASE, 24));
    AccessGroups.Group group = found.at(0);
    assertSame(group, found.at(1));
    assertSame(group, found.at(2));
    assertEquals(0, group.first());
    assertEquals(8, group.widest());
    assertEquals(8, group.low(), "the doubleword's alignment below the octet");
    assertEquals(24, group.octets());
  }

  @Test
  void shouldKeepApartWhatIsNotAlignedTogether() {
    AccessGroups found =
        groups(lw(A, BASE, 0), ld(A, BASE, 8), ld(A, BASE, 12), lw(A, BASE, 2), ld(A, BASE, 20));
    assertSame(found.at(0), found.at(1));
    assertNull(found.at(3), "a group of one is none");
    assertNotSame(found.at(0), found.at(4));
  }

  @Test
  void shouldKeepApartLoadsAndStoresAndWhatLiesBehindAChangedRegister() {
    AccessGroups found =
        groups(
            ld(A, BASE, 0), sd(A, BASE, 8), ld(B, BASE, 16), addi(BASE, BASE, 1), ld(A, BASE, 0));
    assertSame(found.at(0), found.at(2));
    assertNull(found.at(1));
    assertNull(found.at(4));
  }

  @Test
  void shouldSpanAtMost256OctetsFromWhereTheTestBegins() {
    AccessGroups found = groups(ld(A, BASE, 8), ld(A, BASE, 256), lbu(A, BASE, 7));
    assertSame(found.at(0), found.at(1));
    assertNull(found.at(2), "the test would begin at 0");
    assertEquals(256, found.at(0).octets());
  }
}
