package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a checkout of its own, with a JDK and a Maven that only write down how they were
 * called.
 */
final class LauncherSystemTest {
  private static final List<String> MODULES =
      List.of("vmm", "sma", "vls-log", "drivers", "replay", "bench");

  @TempDir private Path folder;
  private Path checkout;
  private Path jdk;
  private Path tools;

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void createCheckout() throws IOException {
    checkout = Files.createDirectories(folder.resolve("check out"));
    Files.copy(launcher(), checkout.resolve("vls"));
    Files.writeString(checkout.resolve("pom.xml"), "");
    for (String module : MODULES) {
      Files.createDirectories(checkout.resolve(module).resolve("src/main"));
      Files.writeString(checkout.resolve(module).resolve("pom.xml"), "");
    }
    jdk = folder.resolve("jdk");
    Files.createDirectories(jdk);
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\n");
    script(
        jdk.resolve("bin/java"),
        "for last; do :; done",
        "[ \"$last\" != --help ] || exit 0",
        "printf '<%s>\\n' \"$@\"",
        "exit 7");
    tools = folder.resolve("tools");
    script(
        tools.resolve("mvn"),
        "echo build >>'" + folder + "/builds'",
        "sleep 1",
        "mkdir -p '" + checkout + "/bench/target/launcher'",
        "cd '" + checkout + "/bench/target/launcher' || exit 1",
        "touch a.jar bench-1.jar && printf '%s' \"$PWD/a.jar\" >module-path");
  }

  @Test
  void shouldPassOnArgumentsAndExitCodeWhenBuilt() throws Exception {
    Result result = vls("run", "a b", "", "*");
    assertEquals(7, result.exitCode());
    assertTrue(result.out().endsWith("<run>\n<a b>\n<>\n<*>\n"), result::out);
    assertEquals("", result.err(), "quiet where standard error is no terminal");
  }

  @Test
  void shouldBuildOnceWhenStartedAgain() throws Exception {
    vls("x");
    vls("x");
    assertEquals(1, builds());
  }

  @Test
  void shouldBuildAgainWhenASourceIsNewer() throws Exception {
    vls("x");
    Path source = checkout.resolve("sma/src/main/A.java");
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
    vls("x");
    assertEquals(2, builds());
  }

  @Test
  void shouldNotBuildWhenForbidden() throws Exception {
    Result result = vls(Map.of("VLS_NO_BUILD", "1"), checkout.resolve("vls"), "x");
    assertEquals(ExitCode.HOST_ERROR, result.exitCode());
    assertTrue(result.err().contains("VLS_NO_BUILD"), result::err);
    assertEquals(0, builds());
  }

  @Test
  void shouldBuildOnceWhenTwoStartTogether() throws Exception {
    Process first = start(Map.of(), checkout.resolve("vls"), "x");
    Process second = start(Map.of(), checkout.resolve("vls"), "x");
    assertEquals(7, await(first).exitCode());
    assertEquals(7, await(second).exitCode());
    assertEquals(1, builds());
  }

  @Test
  void shouldFindItsCheckoutWhenCalledThroughLinks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), checkout.resolve("vls"));
    Path relative =
        Files.createSymbolicLink(
            Files.createDirectories(folder.resolve("bin")).resolve("vls"), Path.of("../link"));
    assertTrue(Files.isSymbolicLink(link));
    Result result = vls(Map.of(), relative, "x");
    assertEquals(7, result.exitCode(), result::err);
    assertTrue(result.out().contains("<-Dvls.home=" + checkout + ">"), result::out);
  }

  @Test
  void shouldShowTheEndOfTheLogWhenTheBuildFails() throws Exception {
    script(tools.resolve("mvn"), "echo '[ERROR] no such symbol'", "exit 1");
    Result result = vls("x");
    assertEquals(ExitCode.HOST_ERROR, result.exitCode());
    assertTrue(result.err().contains("no such symbol"), result::err);
    assertEquals("", result.out());
  }

  @Test
  void shouldExplainWhenTheNamedJdkIsTooOld() throws Exception {
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    Result result = vls("x");
    assertEquals(ExitCode.HOST_ERROR, result.exitCode());
    assertTrue(result.err().contains("not a JDK 25 or newer"), result::err);
  }

  @Test
  void shouldStillReportWhenTheDoctorCannotBeBuilt() throws Exception {
    script(tools.resolve("mvn"), "exit 1");
    Result result = vls("doctor");
    assertEquals(ExitCode.HOST_ERROR, result.exitCode());
    assertTrue(result.out().contains("ok        JDK"), result::out);
    assertTrue(result.out().contains("MISSING   build"), result::out);
  }

  @Test
  void shouldBecomeTheJavaProcessWhenItRuns() throws Exception {
    script(
        jdk.resolve("bin/java"),
        "for last; do :; done",
        "[ \"$last\" != --help ] || exit 0",
        "echo $$");
    Process process = start(Map.of(), checkout.resolve("vls"), "x");
    assertEquals(Long.toString(process.pid()), await(process).out().strip());
  }

  private Result vls(String... arguments) throws Exception {
    return vls(Map.of(), checkout.resolve("vls"), arguments);
  }

  private Result vls(Map<String, String> environment, Path launcher, String... arguments)
      throws Exception {
    return await(start(environment, launcher, arguments));
  }

  private Process start(Map<String, String> environment, Path launcher, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", tools + ":/usr/bin:/bin",
                "HOME", folder.toString(),
                "VLS_JAVA_HOME", jdk.toString()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Both streams are far below the size of a pipe, so that reading after the end cannot block. */
  private static Result await(Process process) throws Exception {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
    return new Result(
        process.exitValue(),
        new String(process.getInputStream().readAllBytes(), UTF_8),
        new String(process.getErrorStream().readAllBytes(), UTF_8));
  }

  private int builds() throws IOException {
    Path log = folder.resolve("builds");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private static Path launcher() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(at.resolve("vls"))) {
      at = at.getParent();
    }
    return at.resolve("vls");
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
