/*
 * Demand paging: n=ROUNDS of touching size=N pages (256) that are not mapped, each a fault that the handler answers
 * with a page, and unmapping them all.
 */

#include "bench.h"
#include "fnv.h"
#include "paging.h"
#include "trap.h"

#define EXCEPTION_LOAD_PAGE_FAULT 13 /* a word is loaded before it is changed */

static volatile uint64_t *leaf;
static uint8_t *frames;
static uint64_t faults;

static void map_page(struct trap_frame *frame)
{
    uint64_t page = (frame->stval - PAGING_WINDOW) / PAGE_BYTES;
    faults += page + 1;
    leaf[page] = pte_of((uintptr_t)frames + page * PAGE_BYTES, PTE_DATA);
    paging_flush(frame->stval);
}

static volatile uint64_t *window_page(uint64_t page)
{
    return (volatile uint64_t *)(PAGING_WINDOW + page * PAGE_BYTES);
}

int main(void)
{
    uint64_t pages = bootarg_number("size", 256) % (PAGING_PAGES + 1);
    frames = pages_take(pages);
    leaf = paging_start();
    trap_on_exception(EXCEPTION_LOAD_PAGE_FAULT, map_page);
    struct bench bench = bench_start("pgfault", 100);
    uint64_t checksum = FNV_START;
    for (uint64_t round = 0; round < bench.rounds; round++) {
        for (uint64_t page = 0; page < pages; page++)
            *window_page(page) += round ^ page;
        for (uint64_t page = 0; page < pages; page++)
            leaf[page] = 0;
        paging_flush_all();
    }
    for (uint64_t page = 0; page < pages; page++)
        checksum = fnv_bytes(checksum, frames + page * PAGE_BYTES, sizeof(uint64_t));
    bench_report(&bench, fnv_word(checksum, faults));
    return 0;
}
