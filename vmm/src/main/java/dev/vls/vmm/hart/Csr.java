package dev.vls.vmm.hart;

/**
 * One CSR that exists, for documentation and for the test that walks docs/determinism.md.
 *
 * @param number CSR address, 12 bits
 * @param name name in the privileged spec
 * @param source whether a real machine would answer from outside the boundary (clocks, counters,
 *     interrupt lines, identity); here the answer is a function of inside state or a constant
 */
public record Csr(int number, String name, boolean source) {}
