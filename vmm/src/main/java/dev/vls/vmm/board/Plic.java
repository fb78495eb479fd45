package dev.vls.vmm.board;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.MmioDevice;
import java.util.Arrays;

/**
 * Platform-level interrupt controller (RISC-V PLIC specification 1.0.0) with the gateways of the
 * reference board (decision 0016).
 *
 * <pre>
 * offset                      register, 32 bits each
 * 4 * source                  priority, 0 (never) to 7
 * 0x1000 + 4 * word           pending bits, read only
 * 0x2000 + 0x80*ctx + 4*word  enable bits
 * 0x200000 + 0x1000*ctx       threshold, 0 to 7
 * 0x200004 + 0x1000*ctx       claim (read) and complete (write)
 * </pre>
 *
 * <p>Context 2h is M-mode of hart h and context 2h+1 its S-mode. A source asks when it is driven
 * high, however high it was; if its last request is in service then, at the completion of that,
 * unless it has fallen by then. One that is high and not driven again does not ask again. A request
 * stays pending when the source falls. Claims ignore the threshold and completions of sources that
 * the context has not enabled are ignored, as the specification says. Reserved registers read 0 and
 * ignore writes; widths other than 4 and misaligned accesses fault.
 */
final class Plic implements MmioDevice {
  private static final int PENDING = 0x1000;
  private static final int ENABLE = 0x2000;
  private static final int ENABLE_STRIDE = 0x80;
  private static final int CONTEXT = 0x20_0000;
  private static final int CONTEXT_STRIDE = 0x1000;
  private static final int CLAIM = 4;
  private static final int MAX_PRIORITY = 7;
  private static final int SOURCES = BoardLayout.PLIC_SOURCES + 1;
  private static final int WORDS = SOURCES / 32;

  private final InterruptLine[] lines;
  private final int[] priority = new int[SOURCES];
  private final int[] levels = new int[WORDS];
  private final int[] pending = new int[WORDS];
  private final int[] inService = new int[WORDS];
  private final int[] again = new int[WORDS]; // driven high while in service
  private final int[][] enabled;
  private final int[] threshold;

  /**
   * Creates a controller in which nothing is enabled.
   *
   * @param lines external interrupt of each context, in the order of contexts
   */
  Plic(InterruptLine... lines) {
    this.lines = lines.clone();
    this.enabled = new int[lines.length][WORDS];
    this.threshold = new int[lines.length];
  }

  /**
   * Drives a source.
   *
   * @param source 1 to {@link BoardLayout#PLIC_SOURCES}
   */
  void level(int source, boolean high) {
    if (source <= 0 || source >= SOURCES) {
      throw new IllegalArgumentException("PLIC source " + source);
    }
    int bit = 1 << source;
    int word = source / 32;
    if (high) {
      levels[word] |= bit;
      again[word] |= inService[word] & bit;
      pending[word] |= ~inService[word] & bit;
      update();
    } else {
      levels[word] &= ~bit;
      again[word] &= ~bit;
    }
  }

  /** Clears every register; the sources keep their levels and ask again where they are high. */
  void reset() {
    Arrays.fill(priority, 0);
    Arrays.fill(inService, 0);
    Arrays.fill(again, 0);
    Arrays.fill(threshold, 0);
    for (int[] words : enabled) {
      Arrays.fill(words, 0);
    }
    System.arraycopy(levels, 0, pending, 0, WORDS);
    update();
  }

  @Override
  public long read(long offset, int bytes) throws AccessFaultException {
    check(offset, bytes);
    int at = (int) offset;
    if (at >= CONTEXT) {
      return readContext((at - CONTEXT) / CONTEXT_STRIDE, at % CONTEXT_STRIDE);
    }
    if (at >= ENABLE) {
      int context = (at - ENABLE) / ENABLE_STRIDE;
      return word(context < enabled.length ? enabled[context] : null, at % ENABLE_STRIDE / 4);
    }
    return at >= PENDING ? word(pending, (at - PENDING) / 4) : word(priority, at / 4);
  }

  @Override
  public void write(long offset, int bytes, long value) throws AccessFaultException {
    check(offset, bytes);
    int at = (int) offset;
    if (at >= CONTEXT) {
      writeContext((at - CONTEXT) / CONTEXT_STRIDE, at % CONTEXT_STRIDE, (int) value);
    } else if (at >= ENABLE) {
      writeEnable((at - ENABLE) / ENABLE_STRIDE, at % ENABLE_STRIDE / 4, (int) value);
    } else if (at >= 4 && at < SOURCES * 4) {
      priority[at / 4] = (int) value & MAX_PRIORITY;
    }
    update();
  }

  @Override
  public void exchange(StateExchange exchange) {
    exchange.words(priority);
    exchange.words(levels);
    exchange.words(pending);
    exchange.words(inService);
    exchange.words(again);
    for (int context = 0; context < lines.length; context++) {
      exchange.words(enabled[context]);
      threshold[context] = exchange.number(threshold[context], 0, MAX_PRIORITY);
    }
  }

  private long readContext(int context, int register) {
    if (context >= lines.length) {
      return 0;
    }
    return switch (register) {
      case 0 -> threshold[context];
      case CLAIM -> claim(context);
      default -> 0;
    };
  }

  private void writeContext(int context, int register, int value) {
    if (context >= lines.length) {
      return;
    }
    if (register == 0) {
      threshold[context] = value & MAX_PRIORITY;
    } else if (register == CLAIM) {
      complete(context, value);
    }
  }

  private void writeEnable(int context, int word, int value) {
    if (context < lines.length && word < WORDS) {
      enabled[context][word] = word == 0 ? value & ~1 : value;
    }
  }

  private int claim(int context) {
    int source = best(context);
    if (source != 0) {
      pending[source / 32] &= ~(1 << source);
      inService[source / 32] |= 1 << source;
      update();
    }
    return source;
  }

  private void complete(int context, int source) {
    if (source > 0 && source < SOURCES && (enabled[context][source / 32] & 1 << source) != 0) {
      int bit = 1 << source;
      inService[source / 32] &= ~bit;
      pending[source / 32] |= again[source / 32] & bit;
      again[source / 32] &= ~bit;
    }
  }

  private void update() {
    for (int context = 0; context < lines.length; context++) {
      lines[context].level(priority[best(context)] > threshold[context]);
    }
  }

  /** Returns the pending enabled source of the highest priority above 0, the lowest of equals. */
  private int best(int context) {
    int best = 0;
    for (int word = 0; word < WORDS; word++) {
      for (int bits = pending[word] & enabled[context][word]; bits != 0; bits &= bits - 1) {
        int source = word * 32 + Integer.numberOfTrailingZeros(bits);
        if (priority[source] > priority[best]) {
          best = source;
        }
      }
    }
    return best;
  }

  private static long word(int[] words, int index) {
    return words != null && index < words.length ? words[index] & 0xffff_ffffL : 0;
  }

  private static void check(long offset, int bytes) throws AccessFaultException {
    if (bytes != 4 || offset % 4 != 0 || offset < 0 || offset >= BoardLayout.PLIC_BYTES) {
      throw AccessFaultException.INSTANCE;
    }
  }
}
