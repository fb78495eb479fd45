/**
 * What executes guest instructions on a hart: the {@link dev.vls.vmm.engine.Engine} interface and
 * the interpreter.
 *
 * <p>Inside the boundary, on the domain's thread. May import {@code dev.vls.vmm.isa}, {@code
 * .hart}, {@code .memory} and {@code .fp}.
 */
package dev.vls.vmm.engine;
