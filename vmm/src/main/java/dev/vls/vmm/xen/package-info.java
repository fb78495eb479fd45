/**
 * The Xen paravirtual ABI for one guest domain: hypercalls, event channels, grant tables, shared
 * info.
 *
 * <p>Everything here is inside the boundary (DESIGN section 1): a pure function of guest state and
 * of commits, called on the domain's thread only, without clocks, randomness or hash order. The
 * guest is domain {@value dev.vls.vmm.xen.DomainId#GUEST}; the host's back-ends are domain {@value
 * dev.vls.vmm.xen.DomainId#HOST}. What a guest passes is hostile (R6): every structure is copied
 * once and judged on the copy, and the work of one call is bounded.
 *
 * <p>May import {@code dev.vls.vmm}, {@code .memory}, {@code .hart} and {@code .board}.
 */
package dev.vls.vmm.xen;
