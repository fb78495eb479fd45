/** Synchronous memory access: the only way from outside into the machine. */
module dev.vls.sma {
  requires transitive dev.vls.vmm;

  exports dev.vls.sma;
}
