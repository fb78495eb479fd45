/* Copies of size=N bytes (1m) to and fro, n=ROUNDS, with a moving misalignment in every eighth. */

#include "bench.h"
#include "fnv.h"
#include "memory.h"

int main(void)
{
    uint64_t size = bootarg_number("size", 1u << 20);
    uint8_t *here = memory_take(size + 64), *there = memory_take(size + 64);
    for (uint64_t i = 0; i < size + 64; i++)
        here[i] = (uint8_t)(i * 7 + (i >> 8));
    struct bench bench = bench_start("memcpy", 256);
    uint64_t checksum = FNV_START;
    for (uint64_t round = 0; round < bench.rounds; round++) {
        if (round % 32 == 31) {   /* the byte loop of memcpy, on a slice */
            memcpy(there + 1, here + 3, size / 16);
        } else {
            memcpy(there, here, size);
            memcpy(here + 8, there, size);
        }
        checksum = fnv_word(checksum, here[round * 4099 % size]);
    }
    bench_report(&bench, fnv_bytes(checksum, here, size / 16));
    return 0;
}
