package dev.vls.replay.cli;

import java.util.List;

/**
 * A program that VLS, its build or its tests can use.
 *
 * @param command what is looked for in PATH
 * @param versionOption what makes it print its version
 * @param need whether anything works without it
 * @param purpose what it is for
 * @param debianPackage what to install on Debian and Ubuntu
 */
record Tool(String command, String versionOption, Need need, String purpose, String debianPackage) {
  /** Whether anything works without a tool. */
  enum Need {
    REQUIRED,
    OPTIONAL
  }

  /** All that {@code vls doctor} looks for besides the JDK it runs on. */
  static final List<Tool> ALL =
      List.of(
          new Tool("mvn", "--version", Need.REQUIRED, "builds VLS", "maven"),
          new Tool(
              "riscv64-linux-gnu-gcc",
              "--version",
              Need.OPTIONAL,
              "compiles guests from their sources",
              "gcc-riscv64-linux-gnu"),
          new Tool(
              "qemu-system-riscv64",
              "--version",
              Need.OPTIONAL,
              "differential tests of the machine",
              "qemu-system-misc"),
          new Tool(
              "qemu-riscv64",
              "--version",
              Need.OPTIONAL,
              "differential tests of instructions",
              "qemu-user"),
          new Tool("gdb-multiarch", "--version", Need.OPTIONAL, "debugs guests", "gdb-multiarch"),
          new Tool(
              "dtc", "--version", Need.OPTIONAL, "checks the device tree", "device-tree-compiler"),
          new Tool("passt", "--version", Need.OPTIONAL, "guests' network (--net passt)", "passt"),
          new Tool("mkfs.ext4", "-V", Need.OPTIONAL, "tests of Linux with a disk", "e2fsprogs"));
}
