package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Asm.addi;
import static dev.vls.vmm.isa.Asm.bne;
import static dev.vls.vmm.isa.Asm.sd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.Asm;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is said of a region that was made. */
class RegionListerTest {
  private static final long CODE = GuestMemory.RAM_BASE + 0x1000;
  private static final int COUNT = 6;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1);
  private final Hart hart = BareHart.of(memory);

  private String listing() {
    List<String> listings = new ArrayList<>();
    Translator translator =
        new Translator(
            memory,
            new JitConfig(
                10, 1 << 13, 100_000, 256, 64, JitConfig.Where.AT_ONCE, ArrayAccess.CHECKED),
            (pc, listing) -> {
              assertEquals(CODE, pc);
              listings.add(listing.get());
            });
    Asm asm = new Asm(CODE);
    asm.label("loop").emit(sd(COUNT, 5, 16), addi(COUNT, COUNT, -1)).to("loop", bne(COUNT, 0, 0));
    BareHart.put(memory, 1, asm);
    hart.start(CODE, 0, 0);
    hart.x(5, CODE + 0x8000);
    hart.x(COUNT, 1000);
    translator.run(hart, 3 * 1000);
    assertEquals(0, hart.x(COUNT));
    assertEquals(1, listings.size());
    return listings.getFirst();
  }

  @Test
  void shouldShowInstructionsWithTheirBitsWhenARegionIsMade() {
    String listing = listing();
    assertTrue(listing.contains("region 0x80001000: 3 instructions, 1 blocks"), listing);
    assertTrue(listing.contains("entry 0 at 0x80001000"), listing);
    assertTrue(listing.contains("entry 0, needs a budget of 12, 4 copies"), listing);
    assertTrue(
        listing.contains("  0x80001004  %08x  addi t1,t1,-1".formatted(addi(COUNT, COUNT, -1))),
        listing);
    assertTrue(listing.contains("bne t1,zero,0x80001000"), listing);
    assertTrue(listing.contains("  -> 0x80001000"), listing);
    assertTrue(listing.contains("  -> exit to 0x8000100c"), listing);
  }

  @Test
  void shouldShowBytecodeWhoseJumpsLeadToItsLinesWhenARegionIsMade() {
    String listing = listing();
    String bytecode = listing.substring(listing.indexOf("bytecode of "));
    Set<String> lines = first(bytecode, "(?m)^ *(\\d+): ").collect(Collectors.toSet());
    List<String> targets = first(bytecode, "(?m)(?:goto|if\\w*) (\\d+)$").toList();
    assertFalse(targets.isEmpty(), bytecode);
    assertTrue(lines.containsAll(targets), bytecode);
    assertTrue(bytecode.contains("lastore"), bytecode);
    assertTrue(bytecode.endsWith(": ireturn" + System.lineSeparator()), bytecode);
  }

  @Test
  void shouldSayThatTheCodeHasChangedWhenItHasSince() {
    List<String> listings = new ArrayList<>();
    RegionListener change =
        (pc, listing) -> {
          memory.put32(1, 0, addi(1, 1, 1));
          listings.add(listing.get());
        };
    memory.put32(1, 0, addi(COUNT, COUNT, -1));
    memory.put32(1, 4, bne(COUNT, 0, -4));
    hart.start(CODE, 0, 0);
    hart.x(COUNT, 1000);
    JitConfig config = new JitConfig(10, 1 << 13, 100_000, 64, JitConfig.Where.AT_ONCE);
    new Translator(memory, config, change).run(hart, 100);
    assertTrue(
        listings.getFirst().contains("0x80001000  changed since  addi t1,t1,-1"),
        listings::getFirst);
  }

  private static Stream<String> first(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map((MatchResult r) -> r.group(1));
  }
}
