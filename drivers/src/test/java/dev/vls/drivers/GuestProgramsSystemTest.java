package dev.vls.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The prebuilt guests do here what they do elsewhere; bench checksums are those of QEMU 7.2. */
class GuestProgramsSystemTest {
  @Test
  void shouldPassItsSelfTestWhenTheInterfaceIsWhole() throws Exception {
    assertTrue(GuestOutput.of("abi", "").text().endsWith("ABI PASS\n"));
  }

  @ParameterizedTest
  @CsvSource({"sstc", "sbi"})
  void shouldBeOnTimeWhenTimeIsVirtual(String timer) throws Exception {
    String text = GuestOutput.of("clock", "maxlate_us=100 timer=" + timer).text();
    assertTrue(text.contains("timer " + timer) && text.endsWith("CLOCK PASS\n"), text);
  }

  @ParameterizedTest
  @CsvSource({
    "sieve, n=2 size=65536, 348c81d21015cbf9",
    "matmul-u64, n=1 size=24, cdff32797611fba9",
    "matmul-f64, n=1 size=24, da3b7efea4016ea7",
    "sha256, n=1 size=65536, f63faa923ccda84a",
    "quicksort, n=1 size=4096, 9f6f404138b096e9",
    "chase, n=2 size=65536, 8ccc4370458a5d99",
    "memcpy, n=33 size=65536, bd9764fd47bd587d",
    "fib, n=1 size=20, effa908b9e9d3d76",
    "traps, n=2000, 944b8f8cab97814e",
    "rdtime, n=100000, 67fa5649b6b56e8a",
    "csrswap, n=100000, a01a61e0c7c123c4",
    "core, n=20, 98a3c90d26f9b7eb",
  })
  void shouldPrintTheChecksumThatItPrintsElsewhere(String name, String arguments, String checksum)
      throws Exception {
    String rounds = arguments.split(" ", -1)[0];
    String first = GuestOutput.of(name, arguments).lines().getFirst();
    assertEquals(name + " " + rounds + " checksum=" + checksum, first);
  }
}
