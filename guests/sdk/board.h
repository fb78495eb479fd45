/* What the device tree says about the machine, read once at start-up. */
#ifndef SDK_BOARD_H
#define SDK_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct board {
    uint64_t hart;
    uintptr_t tree_start, tree_end;
    uintptr_t memory_start, memory_end;
    uint64_t timebase_hz;
    char isa[256];
    char bootargs[512];
    bool hypervisor_node;
    uint64_t grant_window;        /* guest-physical start of /hypervisor reg[0] */
    uint64_t grant_window_bytes;
    uint32_t upcall_interrupt;    /* local interrupt of riscv,cpu-intc */
};

extern struct board board;

/* Fills board from a flattened device tree; what the tree does not say keeps the defaults of the virt board. */
void board_read(uint64_t hart, const void *tree);

#endif
