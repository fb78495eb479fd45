/* n=N reads of the time CSR; the checksum counts reads that ran backwards (none). */

#include "bench.h"
#include "fnv.h"

int main(void)
{
    struct bench bench = bench_start("rdtime", 20000000);
    uint64_t last = 0, backwards = 0;
    for (uint64_t round = 0; round < bench.rounds; round++) {
        uint64_t now = read_time();
        backwards += now < last;
        last = now;
    }
    bench_report(&bench, fnv_word(fnv_word(FNV_START, bench.rounds), backwards));
    return 0;
}
