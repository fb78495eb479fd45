package dev.vls.drivers.store;

/**
 * The ring page between the guest and the store (ABI 9.1), little-endian.
 *
 * <pre>
 * offset  size  field
 *      0  1024  req: guest to store
 *   1024  1024  rsp: store to guest
 *   2048     4  req_cons
 *   2052     4  req_prod
 *   2056     4  rsp_cons
 *   2060     4  rsp_prod
 *   2064     4  server_features
 *   2068     4  connection
 *   2072     4  error
 *   2076     4  evtchn_port: not used, 0
 * </pre>
 */
final class StoreRingLayout {
  static final int REQ_OFFSET = 0;
  static final int RSP_OFFSET = 1024;
  static final int RING_BYTES = 1024;
  static final int REQ_CONS_OFFSET = 2048;
  static final int REQ_PROD_OFFSET = 2052;
  static final int RSP_CONS_OFFSET = 2056;
  static final int RSP_PROD_OFFSET = 2060;
  static final int SERVER_FEATURES_OFFSET = 2064;
  static final int CONNECTION_OFFSET = 2068;
  static final int ERROR_OFFSET = 2072;

  static final int FEATURE_RECONNECTION = 1;
  static final int FEATURE_ERROR = 2;
  static final int FEATURE_WATCH_DEPTH = 4;

  static final int CONNECTED = 0;
  static final int RECONNECT = 1;

  static final int ERROR_NONE = 0;
  static final int ERROR_COMM = 1;
  static final int ERROR_RINGIDX = 2;
  static final int ERROR_PROTO = 3;

  private StoreRingLayout() {}
}
