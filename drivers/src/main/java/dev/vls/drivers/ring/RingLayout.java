package dev.vls.drivers.ring;

/**
 * A shared ring page (ABI section 5.1), little-endian; indices run freely.
 *
 * <pre>
 * offset  size  field      writer
 *      0     4  req_prod   front
 *      4     4  req_event  back
 *      8     4  rsp_prod   back
 *     12     4  rsp_event  front
 *     16    48  private and padding
 *     64        entries: a response takes the place of a request
 * </pre>
 */
public final class RingLayout {
  /** Requests that the front-end has published. */
  public static final int REQ_PROD_OFFSET = 0;

  /** The request at which the back-end wants to be notified. */
  public static final int REQ_EVENT_OFFSET = 4;

  /** Responses that the back-end has published. */
  public static final int RSP_PROD_OFFSET = 8;

  /** The response at which the front-end wants to be notified. */
  public static final int RSP_EVENT_OFFSET = 12;

  /** The first entry. */
  public static final int ENTRIES_OFFSET = 64;

  private RingLayout() {}

  /**
   * Returns how many entries of {@code entryBytes} a ring of one page has: the largest power of two
   * that fits.
   */
  public static int entries(int entryBytes) {
    return Integer.highestOneBit((4096 - ENTRIES_OFFSET) / entryBytes);
  }
}
