package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.cli.DoctorCommand.Finding;
import dev.vls.replay.cli.DoctorCommand.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldSayHowToGetAToolWhenItIsMissing() {
    Finding maven = finding("mvn");
    assertEquals(Verdict.MISSING, maven.verdict());
    assertTrue(maven.found().contains("apt-get install maven"), maven::found);
  }

  @Test
  void shouldCallAToolOptionalWhenOnlyTestsWantIt() {
    Finding qemu = finding("qemu-riscv64");
    assertEquals(Verdict.OPTIONAL, qemu.verdict());
    assertTrue(qemu.found().contains("apt-get install qemu-user"), qemu::found);
  }

  @Test
  void shouldShowTheVersionWithoutColoursWhenAToolIsFound() throws IOException {
    script("mvn", "printf '\\n\\033[1mApache Maven 9\\033[m\\n'");
    Finding maven = finding("mvn");
    assertEquals(Verdict.OK, maven.verdict());
    assertEquals("Apache Maven 9: builds VLS", maven.found());
  }

  @Test
  void shouldNotFailWhenAToolPrintsNothing() throws IOException {
    script("mvn", "exit 3");
    assertEquals("prints no version: builds VLS", finding("mvn").found());
  }

  @Test
  void shouldReportJavaMemoryAndBuildWhenAsked() {
    for (String subject : new String[] {"vls", "JDK", "build", "cores", "memory"}) {
      assertEquals(Verdict.OK, finding(subject).verdict(), subject);
    }
  }

  private Finding finding(String subject) {
    return DoctorCommand.examine(new ToolProbe(folder.toString())).stream()
        .filter(finding -> finding.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  private void script(String name, String body) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
