package dev.vls.bench.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestOutputTest {
  private static final Path README = Path.of("..", "guests", "README.md");
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| `([a-z0-9-]+)` \\| n=\\d+ \\|.*\\| (n=\\d+) \\| ([0-9a-f]{16}) \\|");

  @Test
  void shouldExpectTheChecksumsOfTheTable() throws IOException {
    Matcher rows = ROW.matcher(Files.readString(README));
    List<String> listed =
        rows.results().map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3)).toList();

    assertEquals(
        listed,
        BenchGuest.ALL.stream()
            .map(g -> g.name() + " " + g.arguments() + " " + g.checksum())
            .toList());
  }

  @Test
  void shouldFindTheChecksumWhenOtherLinesSurroundIt() throws Exception {
    assertEquals(
        "fib n=2 checksum=e6de4db381db6b54",
        GuestOutput.checksumLine(
            "fib", "OpenSBI\r\nfib n=2 checksum=e6de4db381db6b54\nfib instret=1 us=2\n"));
  }

  @Test
  void shouldShowTheLastWordsWhenThereIsNoResult() {
    WrongResultException e =
        assertThrows(
            WrongResultException.class,
            () -> GuestOutput.checksumLine("fib", "core n=1 checksum=0000000000000000"));
    assertTrue(e.getMessage().contains("core n=1"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blkstress: reads 1 writes 2 flushes 3 bytes 4096 checksum 0123456789abcdef",
        "netstress: frames 4 bytes 4096 checksum 0123456789abcdef"
      })
  void shouldReadTheBytesThatWereMoved(String line) throws Exception {
    String guest = line.substring(0, line.indexOf(':'));
    String output = guest + ": depth 8, seed 1\n" + line + "\n" + guest + ": 6 us\n";

    assertEquals(4096, GuestOutput.movedBytes(guest, output));
    assertEquals(line, GuestOutput.movedLine(guest, output));
  }

  @Test
  void shouldReadNothingOfAnotherGuestOrWithoutAChecksum() {
    String output = "netstress: frames 4 bytes 4096 checksum 0123\nNETSTRESS PASS\n";

    assertThrows(WrongResultException.class, () -> GuestOutput.movedLine("blkstress", output));
    assertThrows(WrongResultException.class, () -> GuestOutput.movedBytes("netstress", output));
  }

  @Test
  void shouldRefuseWhenAResultDiffers() {
    assertThrows(
        WrongResultException.class, () -> GuestOutput.require("fib (record)", "1234", "1235"));
  }
}
