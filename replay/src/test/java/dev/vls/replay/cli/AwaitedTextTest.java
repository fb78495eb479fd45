package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.drivers.console.ConsoleMessage;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.OutputMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwaitedTextTest {
  private final List<OutputMessage> passed = new ArrayList<>();
  private int found;

  /** Keeps what it is given. */
  private final class Kept implements Backend {
    @Override
    public void attach(Channel channel) {}

    @Override
    public void accept(OutputMessage message) {
      passed.add(message);
    }

    @Override
    public void close() {}
  }

  private AwaitedText awaiting(String text) {
    return new AwaitedText(new Kept(), text.getBytes(US_ASCII), () -> found++);
  }

  private static void print(AwaitedText console, String bytes) {
    console.accept(new ConsoleMessage.ConsoleBytes(0, bytes.getBytes(US_ASCII)));
  }

  @ParameterizedTest
  @CsvSource({
    "ready, not rea, 0",
    "ready, all ready, 1",
    "ready, ready ready, 1",
    "aab, aaab, 1",
    "abab$, abababab$, 1",
    "abac, abaabac, 1",
    "a, bbb, 0"
  })
  void shouldActOnceWhenTheTextIsPrinted(String text, String printed, int times) {
    print(awaiting(text), printed);
    assertEquals(times, found);
    assertEquals(1, passed.size(), "the console gets it all the same");
  }

  @Test
  void shouldFindTheTextWhereverTheOutputIsCut() {
    SplittableRandom random = new SplittableRandom(20261127);
    for (int trial = 0; trial < 2000; trial++) {
      StringBuilder all = new StringBuilder();
      for (int i = random.nextInt(30); i >= 0; i--) {
        all.append((char) ('a' + random.nextInt(2)));
      }
      String text = "abaab".substring(random.nextInt(4));
      AwaitedText console = awaiting(text);
      found = 0;
      for (int at = 0; at < all.length(); ) {
        int next = at + 1 + random.nextInt(all.length() - at);
        print(console, all.substring(at, next));
        at = next;
      }
      assertEquals(all.indexOf(text) < 0 ? 0 : 1, found, text + " in " + all);
    }
  }
}
