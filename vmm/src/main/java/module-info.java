/** The machine: a pure function of its initial state and of the commits applied to it. */
module dev.vls.vmm {
  exports dev.vls.vmm;
  exports dev.vls.vmm.board;
  exports dev.vls.vmm.engine;
  exports dev.vls.vmm.hart;
  exports dev.vls.vmm.jit;
  exports dev.vls.vmm.memory;
  exports dev.vls.vmm.xen;
}
