package dev.vls.bench.guest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what bench guests print. */
public final class GuestOutput {
  private static final Pattern BLKSTRESS =
      Pattern.compile(
          "blkstress: reads (\\d+) writes (\\d+) flushes (\\d+) bytes (\\d+) checksum"
              + " ([0-9a-f]{16})");

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
   * Returns the line of {@code blkstress} that depends on its arguments alone.
   *
   * @throws WrongResultException if it printed none
   */
  public static String blockLine(String output) throws WrongResultException {
    return find(BLKSTRESS, "blkstress", output).group();
  }

  /**
   * Returns how many bytes {@code blkstress} moved.
   *
   * @throws WrongResultException if it does not say
   */
  public static long blockBytes(String output) throws WrongResultException {
    return Long.parseLong(find(BLKSTRESS, "blkstress", output).group(4));
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
