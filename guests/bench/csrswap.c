/* n=N exchanges with the sscratch CSR. */

#include "bench.h"
#include "fnv.h"

int main(void)
{
    struct bench bench = bench_start("csrswap", 20000000);
    uint64_t sum = 0;
    csr_write(CSR_SSCRATCH, 0);
    for (uint64_t round = 0; round < bench.rounds; round++)
        sum = sum * 5 + csr_swap(CSR_SSCRATCH, round ^ sum);
    bench_report(&bench, fnv_word(FNV_START, sum));
    return 0;
}
