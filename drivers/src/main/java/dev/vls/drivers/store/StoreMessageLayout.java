package dev.vls.drivers.store;

/**
 * A message of the store's protocol (ABI 9.2), little-endian.
 *
 * <pre>
 * offset  size  field
 *      0     4  type
 *      4     4  req_id: the reply repeats it
 *      8     4  tx_id: 0 outside of transactions
 *     12     4  len of the payload, at most 4096
 *     16   len  payload
 * </pre>
 */
final class StoreMessageLayout {
  static final int TYPE_OFFSET = 0;
  static final int REQ_ID_OFFSET = 4;
  static final int TX_ID_OFFSET = 8;
  static final int LEN_OFFSET = 12;
  static final int HEADER_BYTES = 16;
  static final int MAX_PAYLOAD = 4096;

  static final int XS_CONTROL = 0;
  static final int XS_DIRECTORY = 1;
  static final int XS_READ = 2;
  static final int XS_GET_PERMS = 3;
  static final int XS_WATCH = 4;
  static final int XS_UNWATCH = 5;
  static final int XS_TRANSACTION_START = 6;
  static final int XS_TRANSACTION_END = 7;
  static final int XS_INTRODUCE = 8;
  static final int XS_RELEASE = 9;
  static final int XS_GET_DOMAIN_PATH = 10;
  static final int XS_WRITE = 11;
  static final int XS_MKDIR = 12;
  static final int XS_RM = 13;
  static final int XS_SET_PERMS = 14;
  static final int XS_WATCH_EVENT = 15;
  static final int XS_ERROR = 16;
  static final int XS_IS_DOMAIN_INTRODUCED = 17;
  static final int XS_RESUME = 18;
  static final int XS_SET_TARGET = 19;
  static final int XS_RESET_WATCHES = 21;
  static final int XS_DIRECTORY_PART = 22;

  private StoreMessageLayout() {}
}
