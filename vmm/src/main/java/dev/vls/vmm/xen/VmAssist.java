package dev.vls.vmm.xen;

import java.util.List;

/**
 * {@code vm_assist}: accepts the one assist of translated guests, about a record that this host
 * does not keep.
 */
final class VmAssist implements Operations {
  static final int ENABLE = 0;
  static final int DISABLE = 1;
  static final int RUNSTATE_UPDATE_FLAG = 5;

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    int command = (int) arguments[0];
    if (command != ENABLE && command != DISABLE) {
      return -Errno.ENOSYS;
    }
    return (int) arguments[1] == RUNSTATE_UPDATE_FLAG ? 0 : -Errno.EINVAL;
  }

  @Override
  public List<Operation> operations() {
    return List.of(
        new Operation(ENABLE, "VMASST_CMD_enable"), new Operation(DISABLE, "VMASST_CMD_disable"));
  }
}
