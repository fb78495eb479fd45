/**
 * IEEE 754 binary32 and binary64 arithmetic as the RISC-V F and D extensions define it, down to the
 * last flag.
 *
 * <p>Values are raw bits ({@code int} for singles, {@code long} for doubles), rounding modes are
 * the numbers of {@link dev.vls.vmm.fp.Rounding}, and exceptions accumulate in an {@link
 * dev.vls.vmm.fp.FpStatus}. Every operation is a pure function of these, so the package is safe on
 * any thread as long as an {@code FpStatus} belongs to one. Nothing allocates.
 *
 * <p>{@code Binary32}, {@code Binary64} and {@code Convert} are what the engine calls. They take
 * the host's arithmetic where it provably gives the same bits and flags, and the integer route
 * ({@code SoftArithmetic}, {@code SoftFma}, {@code SoftConvert}) everywhere else; see
 * docs/decisions/0002-floating-point.md. The package imports nothing but {@code java.lang}.
 */
package dev.vls.vmm.fp;
