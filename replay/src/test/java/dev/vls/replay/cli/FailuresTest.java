package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.LogException;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FailuresTest {
  @Test
  void shouldSayTheSentenceWhenTheHostFails() {
    var failure =
        Failures.of(new HostException("'a.img' has 3 bytes, a disk has a multiple of 512"));
    assertEquals(ExitCode.HOST_ERROR, failure.exitCode());
    assertEquals("'a.img' has 3 bytes, a disk has a multiple of 512", failure.sentence());
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellDamageFromOtherTroubleWhenALogCannotBeUsed(LogException.Kind kind) {
    boolean damage = kind == LogException.Kind.DAMAGED || kind == LogException.Kind.CUT;
    var failure = Failures.of(new LogException(kind, "no"));
    assertEquals(damage ? ExitCode.LOG_DAMAGED : ExitCode.HOST_ERROR, failure.exitCode());
  }

  @Test
  void shouldNameTheFileWhenItIsMissing() {
    var failure = Failures.of(new NoSuchFileException("/no/such"));
    assertEquals(ExitCode.HOST_ERROR, failure.exitCode());
    assertEquals("there is no file '/no/such'", failure.sentence());
  }

  @Test
  void shouldLookInsideWhenAnIoFailureIsWrapped() {
    var failure = Failures.of(new UncheckedIOException(new IOException("disk full")));
    assertEquals(new Failures.Failure(ExitCode.HOST_ERROR, "disk full"), failure);
  }

  @Test
  void shouldSayHowToGetMoreWhenTheHeapIsTooSmall() {
    var failure = Failures.of(new OutOfMemoryError("Java heap space"));
    assertEquals(ExitCode.HOST_ERROR, failure.exitCode());
    assertTrue(failure.sentence().contains("VLS_JAVA_OPTS=-Xmx"), failure.sentence());
  }

  @Test
  void shouldCallItABugWhenNobodyExpectedIt() {
    var failure = Failures.of(new IllegalStateException("odd"));
    assertEquals(ExitCode.INTERNAL, failure.exitCode());
    assertTrue(failure.sentence().contains("odd"), failure.sentence());
    assertFalse(failure.sentence().contains("\n"), failure.sentence());
  }
}
