/* Sv39 with devices and RAM at their own addresses, and a window of small pages that a program maps itself. */
#ifndef PAGING_H
#define PAGING_H

#include <stdint.h>

#include "csr.h"
#include "memory.h"

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
