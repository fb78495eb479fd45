package dev.vls.vmm.board;

/**
 * Registers of the Goldfish real-time clock (Android Goldfish virtual hardware), 32 bits each.
 *
 * <pre>
 * offset  register         read                             write
 *   0x00  TIME_LOW         low word; latches the high one   sets the low word
 *   0x04  TIME_HIGH        the latched high word            sets the high word
 *   0x08  ALARM_LOW        low word of the alarm            sets it and arms the alarm
 *   0x0c  ALARM_HIGH       high word                        sets it
 *   0x10  IRQ_ENABLED      bit 0                            sets bit 0
 *   0x14  CLEAR_ALARM      0                                disarms the alarm
 *   0x18  ALARM_STATUS     1 while the alarm is armed       ignored
 *   0x1c  CLEAR_INTERRUPT  0                                takes the interrupt back
 * </pre>
 */
final class GoldfishRtcLayout {
  static final int TIME_LOW = 0x00;
  static final int TIME_HIGH = 0x04;
  static final int ALARM_LOW = 0x08;
  static final int ALARM_HIGH = 0x0c;
  static final int IRQ_ENABLED = 0x10;
  static final int CLEAR_ALARM = 0x14;
  static final int ALARM_STATUS = 0x18;
  static final int CLEAR_INTERRUPT = 0x1c;

  private GoldfishRtcLayout() {}
}
