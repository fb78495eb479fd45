package dev.vls.replay;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/**
 * Somebody at a console who types the next line when the guest has answered the last one: one
 * answer a line, after a greeting of one line. So each line is an event of its own.
 */
public final class Dialogue {
  private final Iterator<String> lines;
  private int asked;
  private int answered;

  /** Creates one that will type these lines. */
  public Dialogue(List<String> lines) {
    this.lines = lines.iterator();
  }

  /** Returns what is typed; ends after the last line. */
  public InputStream keyboard() {
    return new Keyboard();
  }

  /** Returns where the guest's output is to go. */
  public OutputStream screen() {
    return new Screen();
  }

  private synchronized byte[] nextLine() throws InterruptedException {
    while (answered <= asked) {
      wait();
    }
    asked++;
    return lines.hasNext() ? (lines.next() + "\n").getBytes(StandardCharsets.UTF_8) : new byte[0];
  }

  private synchronized void answered(int count) {
    answered += count;
    notifyAll();
  }

  private final class Keyboard extends InputStream {
    @Override
    public int read() {
      throw new UnsupportedOperationException("read lines");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      try {
        byte[] line = nextLine();
        System.arraycopy(line, 0, target, offset, line.length);
        return line.length == 0 ? -1 : line.length;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return -1;
      }
    }
  }

  private final class Screen extends OutputStream {
    @Override
    public void write(int octet) {
      answered(octet == '\n' ? 1 : 0);
    }
  }
}
