package dev.vls.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.drivers.console.StdioConsole;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a prebuilt guest printed until it powered off.
 *
 * @param text all console output
 */
record GuestOutput(String text) {
  private static final long LIMIT_SECONDS = 60;

  /** Runs the guest without console input; fails unless it powers off with status 0 in time. */
  static GuestOutput of(String name, String arguments) throws Exception {
    return of(new GuestRun(name, arguments, CaptureMode.STRICT));
  }

  /** Runs a guest to which other devices may be plugged, without console input. */
  static GuestOutput of(GuestRun guest) throws Exception {
    return of(guest, InputStream.nullInputStream());
  }

  /** Runs a guest that reads {@code input}. */
  static GuestOutput of(GuestRun guest, InputStream input) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    CompletableFuture<Throwable> trouble = new CompletableFuture<>();
    Outcome outcome;
    try (StdioConsole console = new StdioConsole(input, output, trouble::complete)) {
      guest.domain.attach("console", console);
      outcome = guest.start().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
    GuestOutput all = new GuestOutput(output.toString(StandardCharsets.ISO_8859_1));
    assertEquals(new Outcome.PoweredOff(0), outcome, all.text);
    return all;
  }

  List<String> lines() {
    return text.lines().toList();
  }
}
