package dev.vls.vmm.xen;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** {@code xen_version}: what the host says of itself; constants, but for the domain's UUID. */
final class VersionOps implements Operations {
  static final int VERSION = 0;
  static final int EXTRAVERSION = 1;
  static final int COMPILE_INFO = 2;
  static final int CAPABILITIES = 3;
  static final int CHANGESET = 4;
  static final int PLATFORM_PARAMETERS = 5;
  static final int GET_FEATURES = 6;
  static final int PAGESIZE = 7;
  static final int GUEST_HANDLE = 8;
  static final int COMMANDLINE = 9;
  static final int BUILD_ID = 10;
  static final int EXTRAVERSION2 = 11;
  static final int CAPABILITIES2 = 12;
  static final int CHANGESET2 = 13;
  static final int COMMANDLINE2 = 14;

  /** Major and minor version of the ABI spoken: 4.23. */
  static final int ABI_VERSION = 4 << 16 | 23;

  /** writable_page_tables, auto_translated_physmap, vnode, not_direct_mapped. */
  static final int FEATURES = 1 | 1 << 2 | 1 << 13 | 1 << 16;

  private static final int PAGE_BYTES = 4096;
  private static final String EXTRA = ".0-vls";
  private static final String CAPABILITY_LIST = "xen-3.0-riscv64 ";
  private static final String UNKNOWN = "unavailable";
  private static final String DENIED = "<denied>";
  private static final int EXTRAVERSION_BYTES = 16;
  private static final int CHANGESET_BYTES = 64;
  private static final int CAPABILITIES_BYTES = 1024;
  private static final int COMMANDLINE_BYTES = 1024;

  private final byte[] handle;
  private final StructView struct = new StructView(8);

  VersionOps(UUID domain) {
    handle =
        ByteBuffer.allocate(16)
            .putLong(domain.getMostSignificantBits())
            .putLong(domain.getLeastSignificantBits())
            .array();
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    long address = arguments[1];
    return switch ((int) arguments[0]) {
      case VERSION -> ABI_VERSION;
      case EXTRAVERSION -> put(vcpu, address, field(EXTRA, EXTRAVERSION_BYTES));
      case COMPILE_INFO -> put(vcpu, address, compileInfo());
      case CAPABILITIES -> put(vcpu, address, field(CAPABILITY_LIST, CAPABILITIES_BYTES));
      case CHANGESET -> put(vcpu, address, field(UNKNOWN, CHANGESET_BYTES));
      case PLATFORM_PARAMETERS -> put(vcpu, address, new byte[8]);
      case GET_FEATURES -> features(vcpu, address);
      case PAGESIZE -> address == 0 ? PAGE_BYTES : -Errno.EINVAL;
      case GUEST_HANDLE -> put(vcpu, address, handle);
      case COMMANDLINE -> put(vcpu, address, field(DENIED, COMMANDLINE_BYTES));
      case BUILD_ID -> -Errno.ENODATA;
      case EXTRAVERSION2 -> putCounted(vcpu, address, EXTRA);
      case CAPABILITIES2 -> putCounted(vcpu, address, CAPABILITY_LIST);
      case CHANGESET2 -> putCounted(vcpu, address, UNKNOWN);
      case COMMANDLINE2 -> putCounted(vcpu, address, DENIED);
      default -> -Errno.ENOSYS;
    };
  }

  @Override
  public List<Operation> operations() {
    return List.of(
        new Operation(VERSION, "XENVER_version"),
        new Operation(EXTRAVERSION, "XENVER_extraversion"),
        new Operation(COMPILE_INFO, "XENVER_compile_info"),
        new Operation(CAPABILITIES, "XENVER_capabilities"),
        new Operation(CHANGESET, "XENVER_changeset"),
        new Operation(PLATFORM_PARAMETERS, "XENVER_platform_parameters"),
        new Operation(GET_FEATURES, "XENVER_get_features"),
        new Operation(PAGESIZE, "XENVER_pagesize"),
        new Operation(GUEST_HANDLE, "XENVER_guest_handle"),
        new Operation(COMMANDLINE, "XENVER_commandline"),
        new Operation(BUILD_ID, "XENVER_build_id"),
        new Operation(EXTRAVERSION2, "XENVER_extraversion2"),
        new Operation(CAPABILITIES2, "XENVER_capabilities2"),
        new Operation(CHANGESET2, "XENVER_changeset2"),
        new Operation(COMMANDLINE2, "XENVER_commandline2"));
  }

  private long features(Vcpu vcpu, long address) {
    if (!struct.fetch(vcpu, address, 8)) {
      return -Errno.EFAULT;
    }
    if (struct.i32(0) != 0) {
      return -Errno.EINVAL;
    }
    struct.put32(4, FEATURES);
    return struct.store(vcpu, address, 4, 4) ? 0 : -Errno.EFAULT;
  }

  /** Answers {u32 length, bytes}: the length alone where the pointer is null. */
  private long putCounted(Vcpu vcpu, long address, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (address == 0) {
      return bytes.length;
    }
    if (!struct.fetch(vcpu, address, 4)) {
      return -Errno.EFAULT;
    }
    long room = struct.u32(0);
    if (room < bytes.length) {
      return room == 0 ? -Errno.EINVAL : -Errno.ENOBUFS;
    }
    return vcpu.port().write(address + 4, bytes, 0, bytes.length) ? bytes.length : -Errno.EFAULT;
  }

  private static long put(Vcpu vcpu, long address, byte[] bytes) {
    return vcpu.port().write(address, bytes, 0, bytes.length) ? 0 : -Errno.EFAULT;
  }

  private static byte[] compileInfo() {
    byte[] info = new byte[64 + 16 + 32 + 32];
    for (int offset : new int[] {0, 64, 80, 112}) {
      System.arraycopy(field(UNKNOWN, 16), 0, info, offset, 16);
    }
    return info;
  }

  private static byte[] field(String text, int bytes) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), bytes);
  }
}
