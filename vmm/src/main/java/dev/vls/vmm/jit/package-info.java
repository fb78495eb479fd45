/**
 * The translator: turns hot guest code into JVM bytecode and runs it, bit for bit as the
 * interpreter would (DESIGN section 2.1).
 *
 * <p>A region is translated code with one entry. {@link dev.vls.vmm.jit.RegionFormer} plans it from
 * decoded instructions, {@link dev.vls.vmm.jit.RegionCompiler} makes a hidden class of the plan,
 * the {@link dev.vls.vmm.jit.RegionTable} finds it by address and drops it when the guest changes
 * its code, and the {@link dev.vls.vmm.jit.Translator} goes from region to region, and to the
 * interpreter for what no region does. docs/translator.md tells the life of a region.
 *
 * <p>Inside the boundary. All on the domain's thread, but that classes are generated on a thread of
 * their own; when one arrives changes the speed and nothing else (R3). May import {@code
 * dev.vls.vmm.engine}, {@code .isa}, {@code .hart}, {@code .memory} and {@code .fp}.
 */
package dev.vls.vmm.jit;
