/**
 * The {@code virt} board of DESIGN section 2: UART, PLIC, ACLINT and finisher, the images and the
 * device tree a guest starts from, and the SBI that answers a guest without firmware.
 *
 * <p>Everything here is inside the boundary and runs on the domain's thread: no clocks, no host
 * state, no randomness. Outside input arrives only through {@link dev.vls.vmm.board.ConsoleInput}'s
 * device page. May import {@code dev.vls.vmm}, {@code dev.vls.vmm.memory} and {@code
 * dev.vls.vmm.hart}.
 */
package dev.vls.vmm.board;
