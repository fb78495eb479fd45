/* Sv39 with devices and RAM at their own addresses, in large pages or small ones, and a window that a program maps itself. */
#ifndef PAGING_H
#define PAGING_H

#include <stdint.h>

#include "board.h"
#include "csr.h"
#include "memory.h"
#include "power.h"

#define PAGING_WINDOW UINT64_C(0x1000000000) /* behind everything the board has */
#define PAGING_PAGES  512u                   /* of the window: one leaf table */

#define CSR_SATP  0x180
#define SATP_SV39 (UINT64_C(8) << 60)

#define PTE_TABLE 0x01 /* valid, and nothing that an access may do */
#define PTE_DATA  0xc7 /* valid, read, write, accessed, dirty */
#define PTE_ALL   0xcf /* the same, and execute */

#define ROOT_DEVICES 0
#define ROOT_RAM     2
#define ROOT_WINDOW  (PAGING_WINDOW >> 30)

static inline uint64_t pte_of(uint64_t physical, uint64_t flags)
{
    return physical >> 12 << 10 | flags;
}

static inline void paging_flush(uint64_t address)
{
    __asm__ volatile("sfence.vma %0, zero" : : "r"(address) : "memory");
}

static inline void paging_flush_all(void)
{
    __asm__ volatile("sfence.vma" : : : "memory");
}

#define PTES          (PAGE_BYTES / sizeof(uint64_t))
#define LARGE_BYTES   (PAGE_BYTES * PTES)

/* Turns paging on with devices in one huge page and RAM in pages of 4 KiB, as a kernel's programs have it. */
static inline void paging_start_small(void)
{
    uint64_t *root = pages_take(1), *middle = pages_take(1);
    uintptr_t start = (uintptr_t)ROOT_RAM << 30;
    if (board.memory_end - start > LARGE_BYTES * PTES)
        fail("small pages are for 1 GiB of memory at most");
    for (uintptr_t at = start; at < board.memory_end; at += LARGE_BYTES) {
        uint64_t *small = pages_take(1);
        for (uint64_t i = 0; i < PTES; i++)
            small[i] = pte_of(at + i * PAGE_BYTES, PTE_ALL);
        middle[(at - start) / LARGE_BYTES] = pte_of((uintptr_t)small, PTE_TABLE);
    }
    root[ROOT_DEVICES] = pte_of(0, PTE_ALL);
    root[ROOT_RAM] = pte_of((uintptr_t)middle, PTE_TABLE);
    csr_write(CSR_SATP, SATP_SV39 | frame_of(root));
    paging_flush_all();
}

/* Turns paging on; the result is the window's leaf table, all invalid. */
static inline volatile uint64_t *paging_start(void)
{
    uint64_t *root = pages_take(1), *middle = pages_take(1), *leaf = pages_take(1);
    root[ROOT_DEVICES] = pte_of(0, PTE_ALL);
    root[ROOT_RAM] = pte_of((uint64_t)ROOT_RAM << 30, PTE_ALL);
    root[ROOT_WINDOW] = pte_of((uintptr_t)middle, PTE_TABLE);
    middle[0] = pte_of((uintptr_t)leaf, PTE_TABLE);
    csr_write(CSR_SATP, SATP_SV39 | frame_of(root));
    paging_flush_all();
    return leaf;
}

#endif
