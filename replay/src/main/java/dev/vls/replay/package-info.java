/**
 * Recording and replaying a machine (DESIGN 6).
 *
 * <p>Threads: the domain's thread runs the machine; a log writer runs beside it. Imports: every
 * module below.
 */
package dev.vls.replay;
