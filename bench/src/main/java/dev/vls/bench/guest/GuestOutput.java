package dev.vls.bench.guest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what bench guests print. */
public final class GuestOutput {
  private GuestOutput() {}

  /**
   * Returns the checksum line of a CPU-bound guest: {@code NAME n=N checksum=HEX}.
   *
   * @throws WrongResultException if it printed none
   */
  public static String checksumLine(String guest, String output) throws WrongResultException {
    return find(
            Pattern.compile(Pattern.quote(guest) + " n=\\d+ checksum=[0-9a-f]{16}"), guest, output)
        .group();
  }

  /**
   * Returns the line of {@code blkstress} or {@code netstress} that depends on its arguments alone:
   * what it did, {@code bytes N checksum HEX}.
   *
   * @throws WrongResultException if it printed none
   */
  public static String movedLine(String guest, String output) throws WrongResultException {
    return find(moved(guest), guest, output).group();
  }

  /**
   * Returns how many bytes {@code blkstress} or {@code netstress} moved.
   *
   * @throws WrongResultException if it does not say
   */
  public static long movedBytes(String guest, String output) throws WrongResultException {
    return Long.parseLong(find(moved(guest), guest, output).group(1));
  }

  private static Pattern moved(String guest) {
    return Pattern.compile(
        Pattern.quote(guest) + ": (?:[a-z]+ \\d+ )+?bytes (\\d+) checksum [0-9a-f]{16}");
  }

  /**
   * Checks that a guest printed {@code expected}.
   *
   * @throws WrongResultException if it printed anything else
   */
  public static void require(String what, String expected, String found)
      throws WrongResultException {
    if (!expected.equals(found)) {
      throw new WrongResultException(
          "%s: expected '%s', found '%s'; nothing was measured".formatted(what, expected, found));
    }
  }

  private static Matcher find(Pattern pattern, String guest, String output)
      throws WrongResultException {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new WrongResultException(
          "%s printed no result; its last words: '%s'".formatted(guest, last(output)));
    }
    return matcher;
  }

  private static String last(String output) {
    return output.substring(Math.max(0, output.length() - 200)).strip();
  }
}
