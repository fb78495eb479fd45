package dev.vls.drivers.console;

/**
 * The console's ring page (ABI section 8), little-endian; indices run freely.
 *
 * <pre>
 * offset  size  field
 *      0  1024  in: host to guest
 *   1024  2048  out: guest to host
 *   3072     4  in_cons
 *   3076     4  in_prod
 *   3080     4  out_cons
 *   3084     4  out_prod
 *   3088     1  connection: 1 disconnected, 0 connected
 * </pre>
 */
final class ConsoleRingLayout {
  static final int IN_OFFSET = 0;
  static final int IN_BYTES = 1024;
  static final int OUT_OFFSET = 1024;
  static final int OUT_BYTES = 2048;
  static final int IN_CONS_OFFSET = 3072;
  static final int IN_PROD_OFFSET = 3076;
  static final int OUT_CONS_OFFSET = 3080;
  static final int OUT_PROD_OFFSET = 3084;
  static final int CONNECTION_OFFSET = 3088;

  static final int CONNECTED = 0;

  private ConsoleRingLayout() {}
}
