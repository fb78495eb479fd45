package dev.vls.vmm.xen;

import dev.vls.vmm.board.ConsoleOutput;
import java.util.List;

/**
 * {@code console_io}: the emergency console.
 *
 * <p>Output is filtered to printable characters, tabs and line ends and is not buffered, since no
 * other domain writes between. There is never input.
 */
final class ConsoleOps implements Operations {
  static final int WRITE = 0;
  static final int READ = 1;

  private static final int CHUNK_BYTES = 1024;

  private final ConsoleOutput output;
  private final byte[] chunk = new byte[CHUNK_BYTES];

  ConsoleOps(ConsoleOutput output) {
    this.output = output;
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    int operation = (int) arguments[0];
    if (operation != WRITE && operation != READ) {
      return -Errno.ENOSYS;
    }
    long count = arguments[1] & 0xffff_ffffL;
    if (count > Integer.MAX_VALUE) {
      return -Errno.E2BIG;
    }
    return operation == READ ? 0 : write(vcpu, arguments, (int) count);
  }

  @Override
  public List<Operation> operations() {
    return List.of(new Operation(WRITE, "CONSOLEIO_write"), new Operation(READ, "CONSOLEIO_read"));
  }

  private long write(Vcpu vcpu, long[] arguments, int count) {
    int done = Resume.at(arguments[0]);
    if (done >= count) {
      return 0;
    }
    int length = Math.min(count - done, CHUNK_BYTES);
    if (!vcpu.port().read(arguments[2] + done, chunk, 0, length)) {
      return -Errno.EFAULT;
    }
    put(length);
    return done + length == count ? 0 : Resume.later(arguments, done + length);
  }

  private void put(int length) {
    int kept = 0;
    for (int i = 0; i < length; i++) {
      byte c = chunk[i];
      if (c >= ' ' && c < 0x7f || c == '\n' || c == '\t' || c == '\r') {
        chunk[kept++] = c;
      }
    }
    if (kept > 0) {
      output.put(chunk, 0, kept);
    }
  }
}
