/* Primes below size=N (1m) by the sieve of Eratosthenes: byte stores with growing strides. */

#include "bench.h"
#include "fnv.h"
#include "memory.h"

static uint64_t count_primes(uint8_t *composite, uint64_t size)
{
    uint64_t primes = 0;
    memset(composite, 0, size);
    for (uint64_t i = 2; i < size; i++) {
        if (composite[i] != 0)
            continue;
        primes++;
        for (uint64_t j = i * i; j < size; j += i)
            composite[j] = 1;
    }
    return primes;
}

int main(void)
{
    uint64_t size = bootarg_number("size", 1u << 20);
    uint8_t *composite = memory_take(size);
    struct bench bench = bench_start("sieve", 10);
    uint64_t checksum = FNV_START;
    for (uint64_t round = 0; round < bench.rounds; round++)
        checksum = fnv_word(checksum, count_primes(composite, size - round));
    bench_report(&bench, checksum);
    return 0;
}
