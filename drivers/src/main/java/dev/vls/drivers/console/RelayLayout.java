package dev.vls.drivers.console;

/**
 * The console relay's protocol (docs/console-relay.md): frames over TCP, big-endian.
 *
 * <pre>
 * offset  size  field
 *      0     4  length of what follows, 1 to 65552
 *      4     1  type
 *      5        fields of the type
 *
 * type  from    fields
 *    1  client  HELLO: magic 4, version 2, output 8, input 8
 *    2  server  WELCOME: version 2, output 8, input 8
 *    3  server  OUTPUT: offset 8, bytes
 *    4  client  INPUT: offset 8, bytes
 *    5  client  OUTPUT_ACK: offset 8
 *    6  server  INPUT_ACK: offset 8
 *    7  both    CLOSE: reason in UTF-8
 *    8  server  END: offset 8
 *    9  server  REPLACED
 * </pre>
 */
final class RelayLayout {
  static final int MAGIC = 0x564c5343; // VLSC
  static final int VERSION = 1;
  static final int LENGTH_BYTES = 4;
  static final int MAX_DATA = 65536;
  static final int MAX_FRAME = MAX_DATA + 16;
  static final int MAX_REASON = 1024;

  /** In a HELLO: wherever the stream stands. */
  static final long ANYWHERE = -1;

  /** Input that may be under way: sent and not accepted. */
  static final int INPUT_WINDOW = 65536;

  /** How often a server repeats its INPUT_ACK, changed or not: that it is alive. */
  static final long HEARTBEAT_MS = 1000;

  static final int HELLO = 1;
  static final int WELCOME = 2;
  static final int OUTPUT = 3;
  static final int INPUT = 4;
  static final int OUTPUT_ACK = 5;
  static final int INPUT_ACK = 6;
  static final int CLOSE = 7;
  static final int END = 8;
  static final int REPLACED = 9;

  private RelayLayout() {}
}
