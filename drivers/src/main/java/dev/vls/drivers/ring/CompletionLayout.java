package dev.vls.drivers.ring;

/**
 * The device page by which back-ends report what they have done; no guest can map it.
 *
 * <pre>
 * offset      size  field
 * 64 * slot      8  seq: number of the request that is done, from 1
 *        +8     56  result, as the device defines it
 * </pre>
 *
 * <p>A port gives each request that it passes on a slot of its own until it is done. The program
 * that completes the request stores number and result, together with whatever data the request
 * asked for. At that commit the port finds the number, forms the response and publishes it: a stale
 * number never matches, so programs may come in any order, late, or not at all.
 */
final class CompletionLayout {
  static final int SLOT_BYTES = 64;
  static final int SLOTS = 64;
  static final int SEQ_OFFSET = 0;
  static final int RESULT_OFFSET = 8;
  static final int RESULT_BYTES = SLOT_BYTES - RESULT_OFFSET;

  private CompletionLayout() {}
}
