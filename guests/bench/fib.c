/* fib(size=N) (32) by double recursion, n=ROUNDS: calls and returns. */

#include "bench.h"
#include "fnv.h"

/* Kept as it is written: inlining would turn most calls into loops. */
__attribute__((noinline, noclone, optimize("no-optimize-sibling-calls"))) static uint64_t fib(uint64_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(void)
{
    uint64_t argument = bootarg_number("size", 32);
    struct bench bench = bench_start("fib", 2);
    uint64_t checksum = FNV_START;
    for (uint64_t round = 0; round < bench.rounds; round++)
        checksum = fnv_word(checksum, fib(argument + round % 2));
    bench_report(&bench, checksum);
    return 0;
}
