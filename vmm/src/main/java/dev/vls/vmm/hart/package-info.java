/**
 * A RISC-V hart: registers, CSRs, traps, paging and the soft TLB (DESIGN section 2).
 *
 * <p>Everything here is inside the boundary and belongs to the domain's thread. May import {@code
 * dev.vls.vmm}, {@code dev.vls.vmm.memory} and nothing above them; engines drive a hart from {@code
 * dev.vls.vmm.engine}.
 */
package dev.vls.vmm.hart;
