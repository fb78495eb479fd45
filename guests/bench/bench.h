/*
 * What every bench guest has in common: n=ROUNDS, a checksum that depends on the work alone, and the price;
 * paging=1 does the work with Sv39 on (not pgfault and nano, which have page tables of their own, and traps, which has
 * code in U-mode).
 * The first line of the report is the same on every machine; the second is a measurement.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#include "bootargs.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "paging.h"

struct bench {
    const char *name;
    uint64_t rounds, start_ns, start_instret;
};

static inline struct bench bench_start(const char *name, uint64_t default_rounds)
{
    struct bench bench = {.name = name, .rounds = bootarg_number("n", default_rounds)};
    if (bootarg_number("paging", 0) != 0)
        paging_start_small();
    bench.start_ns = clock_ns();
    bench.start_instret = csr_read(CSR_INSTRET);
    return bench;
}

static inline void bench_report(const struct bench *bench, uint64_t checksum)
{
    uint64_t instret = csr_read(CSR_INSTRET) - bench->start_instret;
    uint64_t us = (clock_ns() - bench->start_ns) / 1000;
    printf("%s n=%lu checksum=%016lx\n", bench->name, bench->rounds, checksum);
    printf("%s instret=%lu us=%lu\n", bench->name, instret, us);
}

#endif
