package dev.vls.vmm.isa;

import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.hart.Csr;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Hart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a line of a disassembler means, in the words of {@link SlotLayout}: its operation and where
 * its operands have to be.
 *
 * @param operation a number of {@link Opcode}
 * @param form a letter for each operand, and behind a blank what the fields hold that are not
 *     written: d rd, s rs1, t rs2, u rs3, i the immediate, h its upper 20 bits, p a place, m an
 *     address "4(sp)", r an address "(sp)", c a CSR, z a number in the place of rs1
 */
record Spelling(int operation, String form) {
  private static final List<String> INTEGERS =
      List.of(
          ("zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11"
                  + " t3 t4 t5 t6")
              .split(" ", -1));
  private static final List<String> FLOATS =
      List.of(
          ("ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5"
                  + " fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11")
              .split(" ", -1));
  private static final List<String> ROUNDINGS =
      List.of("rne", "rtz", "rdn", "rup", "rmm", "", "", "dyn");

  private static final Map<String, Integer> CSRS =
      CsrFile.known().stream().collect(Collectors.toMap(Csr::name, Csr::number));

  /** Compressed instructions: what they are short for. */
  private static final Map<String, Spelling> COMPRESSED = compressed();

  private static Map<String, Spelling> compressed() {
    Map<String, Spelling> all = new HashMap<>();
    String table =
        """
        c.addi4spn addi dsi
        c.fld fld dm
        c.lw lw dm
        c.ld ld dm
        c.fsd fsd tm
        c.sw sw tm
        c.sd sd tm
        c.nop addi - d=0 s=0 i=0
        c.addi addi di s=d
        c.addiw addiw di s=d
        c.li addi di s=0
        c.addi16sp addi di s=d
        c.lui lui dh
        c.srli srli di s=d
        c.srai srai di s=d
        c.andi andi di s=d
        c.sub sub dt s=d
        c.xor xor dt s=d
        c.or or dt s=d
        c.and and dt s=d
        c.subw subw dt s=d
        c.addw addw dt s=d
        c.j jal p d=0
        c.beqz beq sp t=0
        c.bnez bne sp t=0
        c.slli slli di s=d
        c.fldsp fld dm
        c.lwsp lw dm
        c.ldsp ld dm
        c.jr jalr s d=0 i=0
        c.mv add dt s=0
        c.ebreak ebreak -
        c.jalr jalr s d=1 i=0
        c.add add dt s=d
        c.fsdsp fsd tm
        c.swsp sw tm
        c.sdsp sd tm
        """;
    for (String row : table.lines().toList()) {
      String[] columns = row.split(" ", 3);
      all.put(columns[0], new Spelling(opcode(columns[1]), columns[2]));
    }
    return all;
  }

  /** Returns the spelling of an operation, without anything about order; null if it is none. */
  static Spelling of(String operation) {
    if (operation.startsWith("c.")) {
      return COMPRESSED.get(operation);
    }
    int opcode = opcode(operation);
    return opcode == Opcode.ILLEGAL ? null : new Spelling(opcode, form(operation, opcode));
  }

  private static String form(String operation, int opcode) {
    if (opcode >= Opcode.FMADD_S) {
      return floats(operation);
    }
    if (opcode >= Opcode.LR_W) {
      return operation.startsWith("lr.") ? "dr" : "dtr";
    }
    return switch (opcode) {
      case Opcode.LUI, Opcode.AUIPC -> "dh";
      case Opcode.JAL -> "dp";
      case Opcode.JALR, Opcode.FLW, Opcode.FLD -> "dm";
      case Opcode.FSW, Opcode.FSD -> "tm";
      case Opcode.CSRRW, Opcode.CSRRS, Opcode.CSRRC -> "dcs";
      case Opcode.CSRRWI, Opcode.CSRRSI, Opcode.CSRRCI -> "dcz";
      case Opcode.FENCE, Opcode.FENCE_I, Opcode.PAUSE -> "*"; // all of them do the same
      case Opcode.ECALL, Opcode.EBREAK, Opcode.SRET, Opcode.MRET, Opcode.WFI -> "-";
      case Opcode.SFENCE_VMA -> "*"; // nothing is cached that it could name
      default -> integers(opcode);
    };
  }

  private static String integers(int opcode) {
    if (opcode >= Opcode.BEQ && opcode <= Opcode.BGEU) {
      return "stp";
    }
    if (opcode >= Opcode.LB && opcode <= Opcode.LWU) {
      return "dm";
    }
    if (opcode >= Opcode.SB && opcode <= Opcode.SD) {
      return "tm";
    }
    boolean immediate = opcode <= Opcode.SRAI || (opcode >= Opcode.ADDIW && opcode <= Opcode.SRAIW);
    return immediate ? "dsi" : "dst";
  }

  private static String floats(String operation) {
    if (operation.matches("fn?m(add|sub)\\..*")) {
      return "dstu";
    }
    return operation.matches("f(cvt|mv|sqrt|class)\\..*") ? "ds" : "dst";
  }

  /** Returns the number of an operation, {@link Opcode#ILLEGAL} if there is none of that name. */
  private static int opcode(String operation) {
    String[] parts = operation.split("\\.", -1);
    int wide = operation.endsWith(".d") ? Opcode.DOUBLE : 0;
    if (parts[0].equals("fcvt") && parts.length == 3) {
      boolean toFloat = parts[1].matches("[sd]");
      boolean fromFloat = parts[2].matches("[sd]");
      if (toFloat && fromFloat) {
        return Opcode.FCVT_FORMAT_S + (parts[1].equals("d") ? Opcode.DOUBLE : 0);
      }
      return toFloat
          ? constant("FCVT_FROM_" + parts[2] + "_S") + (parts[1].equals("d") ? Opcode.DOUBLE : 0)
          : constant("FCVT_" + parts[1] + "_S") + wide;
    }
    if (parts[0].equals("fmv") && parts.length == 3) {
      return parts[1].equals("x")
          ? Opcode.FMV_TO_X_S + wide
          : Opcode.FMV_FROM_X_S + (parts[1].equals("d") ? Opcode.DOUBLE : 0);
    }
    if (operation.matches("f[a-z]+\\.[sd]") && !parts[0].equals("fence")) {
      return constant(parts[0] + "_S") + wide;
    }
    return constant(String.join("_", parts));
  }

  private static int constant(String name) {
    try {
      return Opcode.class.getDeclaredField(name.toUpperCase(Locale.ROOT)).getInt(null);
    } catch (NoSuchFieldException unknown) {
      return Opcode.ILLEGAL;
    } catch (IllegalAccessException e) {
      return fail(e);
    }
  }

  /** Returns what is different in {@code slot} from the line; empty if nothing is. */
  String difference(Disassembler.Line line, long slot) {
    StringBuilder wrong = new StringBuilder();
    note(wrong, "operation", operation, SlotLayout.opcode(slot));
    if (form.equals("*")) {
      return wrong.toString();
    }
    String[] parts = form.split(" ", -1);
    String written = parts[0].replace("-", "");
    List<String> operands = new ArrayList<>(line.operands());
    if (operands.size() == written.length() + 1) {
      note(wrong, "rounding", ROUNDINGS.indexOf(operands.removeLast()), SlotLayout.rounding(slot));
    }
    note(wrong, "number of operands", operands.size(), written.length());
    for (int i = 0; i < Math.min(written.length(), operands.size()); i++) {
      operand(wrong, written.charAt(i), operands.get(i), line, slot);
    }
    for (String implied : Arrays.asList(parts).subList(1, parts.length)) {
      char right = implied.charAt(2);
      long expected = right == 'd' ? field('d', slot) : right - '0';
      note(wrong, implied, expected, field(implied.charAt(0), slot));
    }
    return wrong.toString();
  }

  private static void operand(
      StringBuilder wrong, char kind, String operand, Disassembler.Line line, long slot) {
    switch (kind) {
      case 'd', 's', 't', 'u' -> note(wrong, "r" + kind, register(operand), field(kind, slot));
      case 'i' -> note(wrong, "immediate", Long.decode(operand), field('i', slot));
      case 'z' -> note(wrong, "number", Long.decode(operand), field('s', slot));
      case 'h' -> note(wrong, "upper", Long.decode(operand) << 44 >> 32, field('i', slot));
      case 'p' -> note(wrong, "place", Long.decode(operand), line.address() + field('i', slot));
      case 'c' -> {
        long number = field('i', slot) & 0xfff;
        note(wrong, "csr", line.encoding() >>> 20, number);
        note(wrong, "csr " + operand, CSRS.getOrDefault(operand, (int) number), number);
      }
      case 'm', 'r' -> {
        int open = operand.indexOf('(');
        String offset = open == 0 ? "0" : operand.substring(0, open);
        note(wrong, "offset", Long.decode(offset), field('i', slot));
        String base = operand.substring(open + 1, operand.length() - 1);
        note(wrong, "base", register(base), field('s', slot));
      }
      default -> fail("no such kind: " + kind);
    }
  }

  private static long field(char kind, long slot) {
    return switch (kind) {
      case 'd' -> SlotLayout.rd(slot) == Hart.DISCARD ? 0 : SlotLayout.rd(slot);
      case 's' -> SlotLayout.rs1(slot);
      case 't' -> SlotLayout.rs2(slot);
      case 'u' -> SlotLayout.rs3(slot);
      default -> SlotLayout.immediate(slot);
    };
  }

  private static int register(String name) {
    int number = INTEGERS.indexOf(name);
    return number >= 0 ? number : FLOATS.indexOf(name);
  }

  private static void note(StringBuilder wrong, String what, long theirs, long ours) {
    if (theirs != ours) {
      wrong.append(" %s theirs %d ours %d;".formatted(what, theirs, ours));
    }
  }
}
