/**
 * The {@code vls} command: a thin layer over the public API that parses, calls and reports.
 *
 * <p>One class per subcommand; {@link dev.vls.replay.cli.CommandProvider} brings in those of other
 * modules. Standard output belongs to the guest's console and to what was asked for by name (help,
 * version, a doctor's report); everything else goes to standard error.
 *
 * <p>Threads: the main thread. Imports: {@code dev.vls.replay} and below, picocli; nothing imports
 * this package but providers of commands.
 */
package dev.vls.replay.cli;
