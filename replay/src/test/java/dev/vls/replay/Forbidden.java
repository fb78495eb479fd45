package dev.vls.replay;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A group of JDK members that code inside the boundary must not use (DESIGN 1, R2).
 *
 * @param reason why, as it is printed beside a finding
 * @param matches whether a member, named {@code java.lang.System.nanoTime}, is in the group
 */
record Forbidden(String reason, Predicate<String> matches) {
  private static final Set<String> HASHED =
      Set.of(
          "java.util.HashMap.<init>",
          "java.util.HashSet.<init>",
          "java.util.IdentityHashMap.<init>",
          "java.util.WeakHashMap.<init>",
          "java.util.concurrent.ConcurrentHashMap.<init>",
          "java.util.Map.of",
          "java.util.Map.ofEntries",
          "java.util.Map.copyOf",
          "java.util.Set.of",
          "java.util.Set.copyOf",
          "java.util.stream.Collectors.toSet",
          "java.util.stream.Collectors.toMap",
          "java.util.stream.Collectors.toUnmodifiableSet",
          "java.util.stream.Collectors.toUnmodifiableMap",
          "java.util.stream.Collectors.groupingBy",
          "java.lang.System.identityHashCode");

  private static final Set<String> INEXACT =
      Set.of(
          "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "expm1", "log", "log10",
          "log1p", "pow", "cbrt", "sinh", "cosh", "tanh", "hypot");

  /** Host clocks and randomness: never, not even in the parts of {@code sma} that face outside. */
  static final List<Forbidden> CLOCKS_AND_CHANCE =
      List.of(
          new Forbidden(
              "reads a host clock",
              member ->
                  Set.of("java.lang.System.nanoTime", "java.lang.System.currentTimeMillis")
                          .contains(member)
                      || member.startsWith("java.time.Clock.")
                      || (member.startsWith("java.time.") && member.endsWith(".now"))
                      || member.equals("java.util.Date.<init>")
                      || member.equals("java.util.Calendar.getInstance")),
          new Forbidden(
              "draws random numbers",
              member ->
                  Stream.of(
                              "java.util.Random.",
                              "java.util.SplittableRandom.",
                              "java.util.concurrent.ThreadLocalRandom.",
                              "java.security.SecureRandom.",
                              "java.util.random.")
                          .anyMatch(member::startsWith)
                      || member.equals("java.lang.Math.random")
                      || member.equals("java.util.UUID.randomUUID")
                      || member.equals("java.util.Collections.shuffle")));

  /** What else can differ between two runs: never where all of a module is inside. */
  static final List<Forbidden> WORLD =
      List.of(
          new Forbidden("has an iteration order that may differ between runs", HASHED::contains),
          new Forbidden(
              "reads the environment",
              member ->
                  Set.of(
                              "java.lang.System.getenv",
                              "java.lang.System.getProperty",
                              "java.lang.System.getProperties",
                              "java.lang.Integer.getInteger",
                              "java.lang.Long.getLong",
                              "java.lang.Boolean.getBoolean")
                          .contains(member)
                      || member.startsWith("java.lang.Runtime.")),
          new Forbidden(
              "depends on threads",
              member ->
                  member.startsWith("java.lang.Thread.")
                      || member.startsWith("java.util.concurrent.")
                      || member.endsWith(".parallelStream")
                      || member.endsWith("Stream.parallel")),
          new Forbidden(
              "does I/O",
              member ->
                  Stream.of(
                          "java.nio.file.",
                          "java.nio.channels.",
                          "java.net.",
                          "java.io.File",
                          "java.io.RandomAccessFile",
                          "java.lang.System.in",
                          "java.lang.System.out",
                          "java.lang.System.err")
                      .anyMatch(member::startsWith)),
          new Forbidden(
              "is not exact on every host; StrictMath is",
              member ->
                  member.startsWith("java.lang.Math.")
                      && INEXACT.contains(member.substring("java.lang.Math.".length()))));
}
