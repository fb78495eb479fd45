package dev.vls.vmm.jit;

import dev.vls.vmm.isa.CompressedDecoder;
import dev.vls.vmm.isa.Decoder;
import dev.vls.vmm.isa.Mnemonics;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes text of regions for a {@link RegionListener}: what the guest has there, block by block, and
 * the bytecode that was made of it.
 *
 * <p>On the thread that makes regions. The bits of instructions are read from memory then, which
 * the guest may be changing; what was decoded, and translated, comes from the plan.
 */
final class RegionLister {
  private static final int WIDE_BITS = 3;
  private static final String CHANGED = "changed since";

  private final GuestMemory memory;
  private final RegionListener listener;

  RegionLister(GuestMemory memory, RegionListener listener) {
    this.memory = memory;
    this.listener = listener;
  }

  /** Tells the listener of a region that was made. */
  void made(RegionPlan plan, byte[] classFile) {
    listener.made(
        plan.pc(), () -> guest(plan) + BytecodeListing.of(classFile, RegionCompiler.RUN_NAME));
  }

  private String guest(RegionPlan plan) {
    StringBuilder text = new StringBuilder();
    text.append(
        "region %s: %d instructions, %d blocks, addresses %s%n"
            .formatted(
                hex(plan.pc()), plan.instructions(), plan.blocks().size(), plan.addressing()));
    for (RegionPlan.Page page : plan.pages()) {
      text.append(
          "page %s in frame %d, granules %016x%n"
              .formatted(hex(page.address()), page.frame(), page.granules()));
    }
    for (int i = 0; i < plan.entries().size(); i++) {
      text.append("entry %d at %s%n".formatted(i, hex(plan.entries().get(i).pc())));
    }
    plan.blocks().forEach(block -> block(plan, block, text));
    return text.append(System.lineSeparator()).toString();
  }

  private void block(RegionPlan plan, Block block, StringBuilder text) {
    text.append("%nblock %s".formatted(hex(block.pc())));
    int entry = plan.entries().indexOf(block);
    text.append(entry < 0 ? "" : ", entry " + entry);
    text.append(block.returnedTo() ? ", calls return here" : "");
    text.append(block.checked() ? ", needs a budget of %d".formatted(block.longestPath()) : "");
    text.append(block.copies() > 1 ? ", %d copies".formatted(block.copies()) : "");
    text.append(System.lineSeparator());
    for (int i = 0; i < block.count(); i++) {
      text.append(
          "  %s  %-8s  %s%s%n"
              .formatted(
                  hex(block.pc(i)),
                  bits(plan, block.pc(i), block.slot(i)),
                  Mnemonics.of(block.slot(i), block.pc(i)),
                  slowWay(plan, block, i)));
    }
    ways(plan, block).forEach(way -> text.append("  -> %s%n".formatted(way)));
  }

  private static String slowWay(RegionPlan plan, Block block, int index) {
    if (plan.calls(block.pc(index))) {
      return "  (calls where it is slow)";
    }
    return plan.ranged().has(block.pc(index)) ? "  (leaves beyond its range of pages)" : "";
  }

  /** Returns where a block leads at its end. */
  private static List<String> ways(RegionPlan plan, Block block) {
    List<String> ways = new ArrayList<>();
    switch (block.end()) {
      case FALL -> ways.add(place(plan, block.next()));
      case JUMP -> ways.add(place(plan, block.target()));
      case BRANCH -> {
        ways.add(place(plan, block.target()));
        ways.add(place(plan, block.next()));
      }
      case INDIRECT -> {
        block.successors().forEach(successor -> ways.add(hex(successor.pc())));
        ways.add("exit to wherever else it goes");
      }
      case INTERPRET -> ways.add("exit to the interpreter at " + hex(block.next()));
    }
    return ways;
  }

  private static String place(RegionPlan plan, long pc) {
    return (plan.hasBlock(pc) ? "" : "exit to ") + hex(pc);
  }

  /** Returns the encoding in memory, if it is still that of the decoded instruction. */
  private String bits(RegionPlan plan, long pc, long slot) {
    int low = halfword(plan, pc);
    if (SlotLayout.halfwords(slot) == 1) {
      boolean same = (low & WIDE_BITS) != WIDE_BITS && CompressedDecoder.decode(low) == slot;
      return same ? "%04x".formatted(low) : CHANGED;
    }
    int word = halfword(plan, pc + 2) << 16 | low;
    return Decoder.decode(word) == slot ? "%08x".formatted(word) : CHANGED;
  }

  private int halfword(RegionPlan plan, long pc) {
    int offset = (int) pc & GuestMemory.FRAME_BYTES - 1;
    return plan.pages().stream()
        .filter(page -> page.address() == pc - offset)
        .mapToInt(page -> memory.u16(page.frame(), offset))
        .findFirst()
        .orElse(0);
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
