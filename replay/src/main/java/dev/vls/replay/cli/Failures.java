package dev.vls.replay.cli;

import dev.vls.log.LogException;
import dev.vls.replay.DivergenceException;
import dev.vls.replay.ReplayException;
import dev.vls.sma.HostException;
import dev.vls.vmm.board.ImageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Maps what a subcommand throws to one sentence on standard error and an {@link ExitCode}. */
final class Failures {
  private Failures() {}

  /** What is printed, and the code the process ends with. */
  record Failure(int exitCode, String sentence) {}

  /** Returns the sentence and the code for {@code thrown}. */
  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case HostException e -> new Failure(ExitCode.HOST_ERROR, e.getMessage());
      case LogException e -> new Failure(exitCode(e.kind()), e.getMessage());
      case UncheckedIOException e -> of(e.getCause());
      case DivergenceException e -> new Failure(ExitCode.DIVERGENCE, e.getMessage());
      case ReplayException e -> new Failure(ExitCode.HOST_ERROR, e.getMessage());
      case ImageException e -> new Failure(ExitCode.HOST_ERROR, e.getMessage());
      case IOException e -> new Failure(ExitCode.HOST_ERROR, sentence(e));
      case OutOfMemoryError e ->
          new Failure(
              ExitCode.HOST_ERROR,
              "the Java heap of %d MiB is too small (%s): give the guest less with --ram, or more to Java with VLS_JAVA_OPTS=-Xmx4g"
                  .formatted(Runtime.getRuntime().maxMemory() >> 20, e.getMessage()));
      default ->
          new Failure(
              ExitCode.INTERNAL,
              "a bug in VLS: %s; run the same command with --debug and report what it prints"
                  .formatted(thrown));
    };
  }

  /** Prints one sentence, and the stack trace where the user asked for it. */
  static int report(Throwable thrown, PrintWriter err, boolean debug) {
    Failure failure = of(thrown);
    err.println("vls: " + failure.sentence());
    if (debug) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return failure.exitCode();
  }

  /** Prints what is wrong with the command line, and where to read how it should be. */
  static int reportUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("vls: " + inOurWords(firstLine(e.getMessage())));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
    err.flush();
    return ExitCode.USAGE;
  }

  private static int exitCode(LogException.Kind kind) {
    return switch (kind) {
      case DAMAGED, CUT -> ExitCode.LOG_DAMAGED;
      case UNKNOWN_VERSION, UNKNOWN_FEATURE, NOT_A_LOG, EXISTS, IO, MISMATCH, PROTOCOL, PEER_LOST ->
          ExitCode.HOST_ERROR;
    };
  }

  private static String sentence(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no file '%s'".formatted(missing.getFile());
      case FileAlreadyExistsException exists ->
          "'%s' exists already; name another or remove it".formatted(exists.getFile());
      case AccessDeniedException denied ->
          "'%s' may not be accessed by this user; check its permissions"
              .formatted(denied.getFile());
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  /** The parser names Java's types where it wants a number. */
  private static String inOurWords(String message) {
    return message.replaceAll("is not an? (int|long)$", "is not a whole number");
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("wrong usage");
  }
}
