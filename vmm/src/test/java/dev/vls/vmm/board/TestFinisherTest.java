package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vls.vmm.memory.AccessFaultException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestFinisherTest {
  private final Recorder world = new Recorder();
  private final TestFinisher finisher = new TestFinisher(world, world::yielded);

  @Test
  void shouldSayHowTheMachineEndsWhenWritten() throws Exception {
    finisher.write(0, 4, 0x5555);
    finisher.write(0, 2, 0x5555);
    finisher.write(0, 4, 42 << 16 | 0x3333);
    finisher.write(0, 4, 0x3333);
    finisher.write(0, 4, 0xffff_3333L);
    finisher.write(0, 4, 0x7777);
    assertEquals(List.of("off 0", "off 0", "off 42", "off 1", "off 65535", "reset"), world.power);
    assertEquals(6, world.yields);
  }

  @Test
  void shouldDoNothingWhenTheValueOrOffsetIsUnknown() throws Exception {
    finisher.write(0, 4, 0x1234);
    finisher.write(4, 4, 0x5555);
    assertEquals(0, finisher.read(0, 4));
    assertEquals(List.of(), world.power);
    assertEquals(0, world.yields);
  }

  @Test
  void shouldFaultWhenTheWidthIsWrong() {
    assertThrows(AccessFaultException.class, () -> finisher.write(0, 8, 0x5555));
    assertThrows(AccessFaultException.class, () -> finisher.write(0, 1, 0x55));
  }
}
