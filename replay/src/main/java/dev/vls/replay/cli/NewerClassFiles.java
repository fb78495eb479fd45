package dev.vls.replay.cli;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * What the launcher runs before it makes its ahead-of-time cache, in which HotSpot puts no class of
 * before Java 6: gives such classes the version of Java 6 and the stack maps that it asks for. If a
 * stack map is wrong, HotSpot verifies that class without, as it did before.
 */
public final class NewerClassFiles {
  private static final int VERSION = ClassFile.JAVA_6_VERSION;
  private static final int MAGIC = 0xCAFEBABE;
  private static final int HEADER_BYTES = 8;
  private static final int MAJOR_VERSION_OFFSET = 6;

  private final ClassFile classFile;

  private NewerClassFiles(ClassHierarchyResolver hierarchy) {
    classFile =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(hierarchy));
  }

  /**
   * Rewrites each jar of a folder that has such classes, in one step; the others, and signed ones,
   * stay as they are. A jar that cannot be read or rewritten stays as it is too: there is a
   * sentence on standard error for each, and exit code 5 at the end.
   *
   * @param args the folder; its jars are one class path
   * @throws IOException where the folder cannot be read
   */
  public static void main(String[] args) throws IOException {
    List<Path> jars = jars(Path.of(args[0]));
    boolean failed = false;
    try (URLClassLoader loader = new URLClassLoader(urls(jars))) {
      NewerClassFiles files =
          new NewerClassFiles(ClassHierarchyResolver.ofResourceParsing(loader).cached());
      for (Path jar : jars) {
        try {
          files.upgrade(jar);
        } catch (HostException e) {
          System.err.println("vls: " + e.getMessage());
          failed = true;
        }
      }
    }
    if (failed) {
      System.exit(ExitCode.HOST_ERROR);
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return urls;
  }

  private void upgrade(Path jar) throws HostException {
    try (ZipFile in = new ZipFile(jar.toFile())) {
      Set<String> old = oldClasses(in);
      if (!old.isEmpty() && !isSigned(in)) {
        replace(jar, in, old);
      }
    } catch (IOException e) {
      throw new HostException(
          "cannot rewrite the classes of '%s', which stays as it is: %s"
              .formatted(jar, e.getMessage()),
          e);
    }
  }

  private static boolean isSigned(ZipFile jar) {
    return jar.stream()
        .map(entry -> entry.getName().toUpperCase(Locale.ROOT))
        .anyMatch(name -> name.startsWith("META-INF/") && name.endsWith(".SF"));
  }

  private static Set<String> oldClasses(ZipFile jar) throws IOException {
    Set<String> old = new HashSet<>();
    for (ZipEntry entry : Collections.list(jar.entries())) {
      if (entry.getName().endsWith(".class") && majorVersion(jar, entry) < VERSION) {
        old.add(entry.getName());
      }
    }
    return old;
  }

  private static int majorVersion(ZipFile jar, ZipEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES));
      if (header.limit() < HEADER_BYTES || header.getInt(0) != MAGIC) {
        throw new IOException("'%s' in it is not a class file".formatted(entry.getName()));
      }
      return Short.toUnsignedInt(header.getShort(MAJOR_VERSION_OFFSET));
    }
  }

  private void replace(Path jar, ZipFile in, Set<String> old) throws IOException {
    Path replacement = jar.resolveSibling(jar.getFileName() + ".new");
    try {
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(replacement))) {
        for (ZipEntry entry : Collections.list(in.entries())) {
          copy(in, entry, old.contains(entry.getName()), out);
        }
      }
      Files.move(replacement, jar, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(replacement);
    }
  }

  private void copy(ZipFile in, ZipEntry entry, boolean old, ZipOutputStream out)
      throws IOException {
    ZipEntry copy = new ZipEntry(entry);
    byte[] content;
    try (InputStream stream = in.getInputStream(entry)) {
      content = stream.readAllBytes();
    }
    if (old) {
      content = upgraded(entry.getName(), content);
      copy.setMethod(ZipEntry.DEFLATED); // a stored entry has the old length and checksum
    }
    out.putNextEntry(copy);
    out.write(content);
    out.closeEntry();
  }

  private byte[] upgraded(String name, byte[] content) throws IOException {
    try {
      return classFile.transformClass(classFile.parse(content), NewerClassFiles::upgrade);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      String reason = e.toString().lines().findFirst().orElseThrow();
      throw new IOException("'%s' in it: %s".formatted(name, reason), e);
    }
  }

  /** Stack maps are made for methods whose code is written anew, if only as it was. */
  private static void upgrade(ClassBuilder builder, ClassElement element) {
    switch (element) {
      case ClassFileVersion _ -> builder.withVersion(VERSION, 0);
      case MethodModel method ->
          builder.transformMethod(method, MethodTransform.transformingCode(CodeBuilder::with));
      default -> builder.with(element);
    }
  }
}
