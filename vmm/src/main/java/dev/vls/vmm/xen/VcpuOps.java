package dev.vls.vmm.xen;

import dev.vls.vmm.memory.GuestMemory;
import java.util.List;

/** {@code vcpu_op}: registration of the vcpu_info; harts are started through the SBI. */
final class VcpuOps implements Operations {
  static final int REGISTER_VCPU_INFO = 10;

  private static final int BYTES = 16;

  private final Vcpu[] vcpus;
  private final PhysicalMap map;
  private final StructView struct = new StructView(BYTES);

  VcpuOps(Vcpu[] vcpus, PhysicalMap map) {
    this.vcpus = vcpus;
    this.map = map;
  }

  @Override
  public long call(Vcpu caller, long[] arguments) {
    long index = arguments[1] & 0xffff_ffffL;
    if (index >= vcpus.length) {
      return -Errno.ENOENT;
    }
    if ((int) arguments[0] != REGISTER_VCPU_INFO) {
      return -Errno.EINVAL;
    }
    return struct.fetch(caller, arguments[2], BYTES)
        ? register(vcpus[(int) index], struct.i64(0), struct.u32(8))
        : -Errno.EFAULT;
  }

  @Override
  public List<Operation> operations() {
    return List.of(new Operation(REGISTER_VCPU_INFO, "VCPUOP_register_vcpu_info"));
  }

  private long register(Vcpu vcpu, long gfn, long offset) {
    if (offset > GuestMemory.FRAME_BYTES - VcpuInfoLayout.BYTES
        || offset % VcpuInfoLayout.ALIGNMENT != 0) {
      return -Errno.ENXIO;
    }
    if (vcpu.registered()) {
      return -Errno.EBUSY;
    }
    int frame = map.kindOf(gfn) == FrameKind.RAM ? map.frameOf(gfn) : GuestMemory.NO_FRAME;
    if (frame == GuestMemory.NO_FRAME) {
      return -Errno.EINVAL;
    }
    map.hold(frame);
    vcpu.register(frame, (int) offset);
    return 0;
  }
}
