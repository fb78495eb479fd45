package dev.vls.vmm.board;

/**
 * An image in guest memory.
 *
 * @param entry guest-physical address of the first instruction
 * @param start lowest guest-physical address it occupies
 * @param end first guest-physical address behind it
 */
public record LoadedImage(long entry, long start, long end) {}
