package dev.vls.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.module.ModuleReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds uses of forbidden members in compiled classes by reading their constant pools. */
final class BoundaryScanner {
  private final List<Forbidden> rules;

  BoundaryScanner(List<Forbidden> rules) {
    this.rules = rules;
  }

  /** Returns one line for each forbidden member that the class refers to. */
  List<String> scan(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    String user = model.thisClass().asInternalName().replace('/', '.');
    List<String> findings = new ArrayList<>();
    for (var entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry reference) {
        String member =
            reference.owner().asInternalName().replace('/', '.')
                + "."
                + reference.name().stringValue();
        rules.stream()
            .filter(rule -> rule.matches().test(member))
            .forEach(rule -> findings.add("%s uses %s: %s".formatted(user, member, rule.reason())));
      }
    }
    return findings;
  }

  /** Scans those classes of a resolved module whose binary names {@code included} accepts. */
  List<String> scanModule(String module, Predicate<String> included) {
    List<String> findings = new ArrayList<>();
    for (String file : classFiles(module)) {
      if (included.test(binaryName(file))) {
        findings.addAll(scan(read(module, file)));
      }
    }
    return findings;
  }

  /** Returns the paths of a module's class files. */
  static List<String> classFiles(String module) {
    try (ModuleReader reader = open(module);
        var files = reader.list()) {
      return files
          .filter(file -> file.endsWith(".class") && !file.endsWith("module-info.class"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String binaryName(String file) {
    return file.substring(0, file.length() - ".class".length()).replace('/', '.');
  }

  private static byte[] read(String module, String file) {
    try (ModuleReader reader = open(module);
        var bytes = reader.open(file).orElseThrow()) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleReader open(String module) throws IOException {
    return ModuleLayer.boot()
        .configuration()
        .findModule(module)
        .orElseThrow(() -> new AssertionError("module " + module + " is not resolved"))
        .reference()
        .open();
  }
}
