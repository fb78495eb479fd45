package dev.vls.vmm.board;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a board under test did to the world: console bytes, power requests, yields. */
final class Recorder implements ConsoleOutput, PowerControl {
  final ByteArrayOutputStream console = new ByteArrayOutputStream();
  final List<String> power = new ArrayList<>();
  int yields;

  @Override
  public void put(byte[] bytes, int offset, int length) {
    console.write(bytes, offset, length);
  }

  @Override
  public void off(int code) {
    power.add("off " + code);
  }

  @Override
  public void reset() {
    power.add("reset");
  }

  void yielded() {
    yields++;
  }

  String text() {
    return console.toString(StandardCharsets.ISO_8859_1);
  }
}
