/**
 * The instruction set as engines see it: numbers of operations, the packed form of a decoded
 * instruction, the decoders, and the coherent cache of what was decoded.
 *
 * <p>Inside the boundary, on the domain's thread. May import {@code dev.vls.vmm.hart} and {@code
 * .memory}. Not exported: engines are in this module.
 */
package dev.vls.vmm.isa;
