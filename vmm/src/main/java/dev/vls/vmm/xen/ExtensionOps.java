package dev.vls.vmm.xen;

import java.util.List;
import java.util.Optional;

/**
 * {@code arch_0}: this project's own operations, answered by whoever records and by the SMA layer.
 */
final class ExtensionOps implements Operations {
  /** Flushes the SMA channel of the port in the second argument. */
  static final int POLL = 0;

  /** Puts a mark into the recording: pointer in the second argument, bytes in the third. */
  static final int MARK = 1;

  private Optional<ExtensionHandler> handler = Optional.empty();

  ExtensionOps() {}

  void handler(ExtensionHandler newHandler) {
    handler = Optional.of(newHandler);
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    if (handler.isEmpty()) {
      return -Errno.ENOSYS;
    }
    return switch ((int) arguments[0]) {
      case POLL -> poll(handler.get(), arguments[1]);
      case MARK -> mark(handler.get(), vcpu, arguments[1], arguments[2]);
      default -> -Errno.ENOSYS;
    };
  }

  @Override
  public List<Operation> operations() {
    return List.of(new Operation(POLL, "VLSOP_poll"), new Operation(MARK, "VLSOP_mark"));
  }

  private static long poll(ExtensionHandler handler, long port) {
    return EventChannels.isPort(port) ? handler.poll((int) port) : -Errno.EINVAL;
  }

  private static long mark(ExtensionHandler handler, Vcpu vcpu, long address, long length) {
    if (length < 0 || length > ExtensionHandler.MAX_MARK_BYTES) {
      return -Errno.E2BIG;
    }
    byte[] text = new byte[(int) length];
    return vcpu.port().read(address, text, 0, text.length) ? handler.mark(text) : -Errno.EFAULT;
  }
}
