package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** On jars of the test's own, and on picocli's. */
final class NewerClassFilesSystemTest {
  private static final int JAVA_5 = ClassFile.JAVA_5_VERSION;
  private static final int JAVA_6 = ClassFile.JAVA_6_VERSION;

  @TempDir private Path folder;
  private Path lib;
  private Path jar;

  @BeforeEach
  void createLibrary() throws Exception {
    lib = Files.createDirectory(folder.resolve("lib"));
    jar = lib.resolve("a.jar");
  }

  /** HotSpot forgives wrong stack maps of this version; the class file API's verifier does not. */
  @Test
  void shouldVerifyAndLoadEveryClassWhenPicocliIsRewritten() throws Exception {
    Files.copy(picocli(), jar);
    NewerClassFiles.main(new String[] {lib.toString()});
    int loaded = 0;
    try (ZipFile result = new ZipFile(jar.toFile());
        URLClassLoader loader = alone(jar)) {
      ClassFile verifier =
          ClassFile.of(
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(loader)));
      for (ZipEntry entry : classes(result)) {
        byte[] content = result.getInputStream(entry).readAllBytes();
        assertTrue(majorVersion(content) >= JAVA_6, entry::getName);
        assertEquals(List.of(), verifier.verify(content), entry::getName);
        if (!entry.getName().endsWith("module-info.class")) {
          String name = entry.getName().replace(".class", "").replace('/', '.');
          assertSame(loader, Class.forName(name, true, loader).getClassLoader());
          loaded++;
        }
      }
    }
    assertTrue(loaded > 200, "classes of picocli: " + loaded);
  }

  @Test
  void shouldParseOptionsWhenPicocliIsRewritten() throws Exception {
    Files.copy(picocli(), jar);
    NewerClassFiles.main(new String[] {lib.toString()});
    try (URLClassLoader loader = alone(jar)) {
      Class<?> commandLine = loader.loadClass("picocli.CommandLine");
      Object help =
          loader.loadClass("picocli.CommandLine$HelpCommand").getConstructor().newInstance();
      Object line = commandLine.getConstructor(Object.class).newInstance(help);
      Object result =
          commandLine
              .getMethod("parseArgs", String[].class)
              .invoke(line, (Object) new String[] {"run", "--help"});
      Method matched = result.getClass().getMethod("hasMatchedOption", String.class);
      assertEquals(true, matched.invoke(result, "--help"));
    }
  }

  @Test
  void shouldKeepTheRestWhenPicocliIsRewritten() throws Exception {
    Files.copy(picocli(), jar);
    NewerClassFiles.main(new String[] {lib.toString()});
    try (ZipFile before = new ZipFile(picocli().toFile());
        ZipFile after = new ZipFile(jar.toFile())) {
      assertEquals(described(before), described(after));
      for (ZipEntry entry : Collections.list(before.entries())) {
        byte[] content = before.getInputStream(entry).readAllBytes();
        if (!isClass(entry) || majorVersion(content) >= JAVA_6) {
          assertArrayEquals(content, after.getInputStream(entry).readAllBytes(), entry.getName());
        }
      }
    }
    assertEquals(List.of(jar), files());
  }

  @Test
  void shouldWriteTheSameBytesWhenRewrittenAgain() throws Exception {
    Files.copy(picocli(), jar);
    NewerClassFiles.main(new String[] {lib.toString()});
    byte[] first = Files.readAllBytes(jar);
    Files.delete(jar);
    Files.copy(picocli(), jar);
    NewerClassFiles.main(new String[] {lib.toString()});
    assertArrayEquals(first, Files.readAllBytes(jar));
  }

  @Test
  void shouldLeaveTheJarWhenAllItsClassesAreNewer() throws Exception {
    pack(jar, Map.of("A.class", emptyClass("A", JAVA_6)));
    assertLeft(ExitCode.OK, "");
  }

  @Test
  void shouldLeaveTheJarWhenItIsSigned() throws Exception {
    pack(jar, Map.of("A.class", emptyClass("A", JAVA_5), "META-INF/VLS.SF", new byte[0]));
    assertLeft(ExitCode.OK, "");
  }

  @Test
  void shouldSayWhichClassWhenOneIsCut() throws Exception {
    byte[] whole = emptyClass("A", JAVA_5);
    pack(jar, Map.of("A.class", Arrays.copyOf(whole, whole.length / 2)));
    assertLeft(ExitCode.HOST_ERROR, "'A.class' in it: ");
  }

  @Test
  void shouldSayWhichClassWhenOneIsNoClass() throws Exception {
    pack(jar, Map.of("A.class", new byte[] {1}));
    assertLeft(ExitCode.HOST_ERROR, "'A.class' in it is not a class file");
  }

  @Test
  void shouldSaySoWhenTheFileIsNoJar() throws Exception {
    Files.writeString(jar, "not a jar");
    assertLeft(ExitCode.HOST_ERROR, "stays as it is: zip END header not found");
  }

  @Test
  void shouldRewriteTheOthersWhenOneJarIsBroken() throws Exception {
    Files.writeString(jar, "not a jar");
    Path other = lib.resolve("b.jar");
    pack(other, Map.of("B.class", emptyClass("B", JAVA_5)));
    Forked.Result result = run();
    assertEquals(ExitCode.HOST_ERROR, result.exitCode(), result::err);
    try (ZipFile rewritten = new ZipFile(other.toFile())) {
      byte[] content = rewritten.getInputStream(rewritten.getEntry("B.class")).readAllBytes();
      assertEquals(JAVA_6, majorVersion(content));
    }
  }

  private void assertLeft(int exitCode, String sentence) throws Exception {
    byte[] before = Files.readAllBytes(jar);
    Forked.Result result = run();
    assertEquals(exitCode, result.exitCode(), result::err);
    assertTrue(result.err().contains(sentence), result::err);
    assertEquals(sentence.isEmpty() ? 0 : 1, result.err().lines().count(), result::err);
    assertArrayEquals(before, Files.readAllBytes(jar));
    assertEquals(List.of(jar), files());
  }

  private Forked.Result run() throws Exception {
    return new Forked(folder).running(NewerClassFiles.class).vls(lib);
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(lib)) {
      return files.toList();
    }
  }

  private static Path picocli() throws Exception {
    URI location = CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(location);
  }

  /** Its parent is the first loader: the platform's finds picocli among the test's modules. */
  private static URLClassLoader alone(Path jar) throws Exception {
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
  }

  private static boolean isClass(ZipEntry entry) {
    return entry.getName().endsWith(".class");
  }

  private static List<? extends ZipEntry> classes(ZipFile jar) {
    return jar.stream().filter(NewerClassFilesSystemTest::isClass).toList();
  }

  private static int majorVersion(byte[] content) {
    return ClassFile.of().parse(content).majorVersion();
  }

  private static List<String> described(ZipFile jar) {
    return jar.stream()
        .map(entry -> entry.getName() + " " + entry.getTimeLocal() + " " + entry.getComment())
        .toList();
  }

  private static byte[] emptyClass(String name, int version) {
    return ClassFile.of().build(ClassDesc.of(name), builder -> builder.withVersion(version, 0));
  }

  private static void pack(Path jar, Map<String, byte[]> content) throws Exception {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> entry : content.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
  }
}
