/**
 * The command {@code vls bench}: options, progress on standard error, the report on standard
 * output.
 *
 * <p>Threads: the main thread. Imports: the other packages of this module, picocli.
 */
package dev.vls.bench.cli;
