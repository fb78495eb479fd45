package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.board.BoardLayout;
import dev.vls.vmm.board.Sbi;
import dev.vls.vmm.hart.Csr;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.xen.Hypercalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Everything that a guest can ask has a row in docs/determinism.md, and every row something. */
class DeterminismTableTest {
  private static final String CSRS = "CSRs";
  private static final String SBI = "SBI functions";
  private static final String HYPERCALLS = "Hypercalls";
  private static final int NOT_SUPPORTED = -2;
  private static final int EINVAL = -22;
  private static final int ENOSYS = -38;
  private static final int VCPU_OP = 24;
  private static final int ANY = -1;

  private final DeterminismPage page = DeterminismPage.read();

  @Test
  void shouldHaveARowForEachCsr() {
    assertSame(
        CSRS,
        rows(CSRS, "Number", "Name", "Thesis"),
        CsrFile.known().stream().map(DeterminismTableTest::row));
  }

  @Test
  void shouldHaveARowForEachSbiFunction() {
    assertSame(
        SBI,
        rows(SBI, "Extension", "Function", "Name"),
        new BareMachine().sbi.known().stream().map(DeterminismTableTest::row));
  }

  @Test
  void shouldHaveARowForEachHypercall() {
    assertSame(
        HYPERCALLS,
        rows(HYPERCALLS, "Number", "Operation", "Name"),
        new BareMachine().xen.hypercalls().known().stream().map(DeterminismTableTest::row));
  }

  @Test
  void shouldHaveRowsForEachDeviceWindow() {
    Set<String> documented = new TreeSet<>();
    page.table("Device registers").forEach(row -> documented.add(row.get("Window")));
    assertEquals(documented, windows(new BareMachine()));
  }

  /** What {@link Sbi#known} does not name must not answer, or the rows are not all. */
  @Test
  void shouldRefuseEverySbiFunctionWithoutARow() {
    BareMachine machine = new BareMachine();
    Set<String> known =
        machine.sbi.known().stream()
            .map(each -> each.extension() + " " + each.function())
            .collect(Collectors.toSet());
    Set<Long> extensions =
        machine.sbi.known().stream().map(Sbi.Known::extension).collect(Collectors.toSet());
    for (long near = -2; near < 64; near++) {
      extensions.add(near);
    }
    for (long extension : extensions) {
      for (long function = -1; function < 64; function++) {
        boolean answers = machine.sbi(extension, function) != NOT_SUPPORTED;
        boolean named =
            known.contains(extension + " " + function) || known.contains(extension + " " + ANY);
        assertEquals(named, answers, "extension " + extension + " function " + function);
      }
    }
  }

  /** Likewise for {@link Hypercalls#known}, whose names stand apart from what dispatches. */
  @Test
  void shouldRefuseEveryHypercallWithoutARow() {
    BareMachine machine = new BareMachine();
    Set<String> known =
        machine.xen.hypercalls().known().stream()
            .map(each -> each.number() + " " + each.operation())
            .collect(Collectors.toSet());
    for (int number = -1; number < 128; number++) {
      for (int operation = 0; operation < 64; operation++) {
        long result = machine.hypercall(number, operation);
        boolean answers = result != ENOSYS && !(number == VCPU_OP && result == EINVAL);
        boolean named =
            known.contains(number + " " + operation) || known.contains(number + " " + ANY);
        assertEquals(named, answers, "hypercall " + number + " operation " + operation);
      }
    }
  }

  @Test
  void shouldUseOnlyTheWordsItExplains() {
    Set<String> classes =
        Set.of(
            "innocuous",
            "behaviour",
            "behaviour, privileged",
            "control",
            "control, privileged",
            "control and behaviour",
            "control and behaviour, privileged");
    Set<String> means = Set.of("constant", "configuration", "inside", "instret", "commit");
    everyRow(
        row -> {
          assertTrue(classes.contains(row.get("Popek–Goldberg")), row::toString);
          assertTrue(
              Set.of("deterministic", "non-deterministic").contains(row.get("Thesis")),
              row::toString);
          assertTrue(means.containsAll(means(row)), row::toString);
        });
  }

  /**
   * There is no other way in than a commit (R1), and what varies is not deterministic by nature.
   */
  @Test
  void shouldNameACommitExactlyWhereOutsideMatters() {
    everyRow(
        row -> {
          boolean commit = means(row).contains("commit");
          assertEquals(commit ? "yes" : "no", row.get("Outside"), row::toString);
          assertFalse(commit && "deterministic".equals(row.get("Thesis")), row::toString);
        });
  }

  private void everyRow(java.util.function.Consumer<Map<String, String>> check) {
    List<Map<String, String>> all = new ArrayList<>();
    page.tables().forEach((heading, rows) -> rows.forEach(all::add));
    List<Map<String, String>> classified =
        all.stream().filter(row -> row.containsKey("Popek–Goldberg")).toList();
    assertTrue(classified.size() > 200, "rows: " + classified.size());
    classified.forEach(check);
  }

  private static List<String> means(Map<String, String> row) {
    return Arrays.asList(row.get("Made deterministic by").split(" \\+ ", -1));
  }

  private List<String> rows(String heading, String... columns) {
    return page.table(heading).stream()
        .map(row -> Arrays.stream(columns).map(row::get).collect(Collectors.joining(" ")))
        .toList();
  }

  private static void assertSame(
      String heading, List<String> documented, java.util.stream.Stream<String> existing) {
    Set<String> missing = existing.collect(Collectors.toCollection(TreeSet::new));
    Set<String> stale = new TreeSet<>(documented);
    assertEquals(documented.size(), stale.size(), heading + ": a row stands twice");
    Set<String> both = new HashSet<>(stale);
    both.retainAll(missing);
    missing.removeAll(both);
    stale.removeAll(both);
    assertTrue(
        missing.isEmpty() && stale.isEmpty(),
        () ->
            "docs/determinism.md, \""
                + heading
                + "\": rows are missing for "
                + missing
                + "; nothing stands behind the rows "
                + stale);
  }

  private static String row(Csr csr) {
    return String.format(
        Locale.ROOT,
        "0x%03x %s %s",
        csr.number(),
        csr.name(),
        csr.source() ? "non-deterministic" : "deterministic");
  }

  private static String row(Sbi.Known known) {
    return "0x"
        + Long.toHexString(known.extension())
        + " "
        + any(known.function())
        + " "
        + known.name();
  }

  private static String row(Hypercalls.Known known) {
    return known.number() + " " + any(known.operation()) + " " + known.name();
  }

  private static String any(long selector) {
    return selector == ANY ? "any" : Long.toString(selector);
  }

  /**
   * Finds the first page of every run of pages below RAM that answer to a read, and where within
   * one another kind of device begins.
   */
  private static Set<String> windows(BareMachine machine) {
    Set<String> starts = new TreeSet<>();
    boolean before = false;
    for (long at = 0; at < GuestMemory.RAM_BASE; at += GuestMemory.FRAME_BYTES) {
      boolean answers = answers(machine, at);
      if (answers && (!before || at == BoardLayout.VIRTIO_BASE)) {
        starts.add("0x" + Long.toHexString(at));
      }
      before = answers;
    }
    return starts;
  }

  private static boolean answers(BareMachine machine, long physical) {
    try {
      machine.bus.read(physical, 4);
      return true;
    } catch (AccessFaultException e) {
      return false;
    }
  }
}
