/* Quicksort of size=N words (256k) with a comparison function behind a pointer, n=ROUNDS. */

#include "bench.h"
#include "fnv.h"
#include "memory.h"
#include "power.h"
#include "random.h"

typedef int (*comparison)(const uint64_t *left, const uint64_t *right);

static int ascending(const uint64_t *left, const uint64_t *right)
{
    return (*left > *right) - (*left < *right);
}

static int descending(const uint64_t *left, const uint64_t *right)
{
    return ascending(right, left);
}

static void swap(uint64_t *left, uint64_t *right)
{
    uint64_t value = *left;
    *left = *right;
    *right = value;
}

/* Hoare's partition around the middle word; recursion on the smaller side keeps the stack short. */
static void sort(uint64_t *words, int64_t low, int64_t high, comparison compare)
{
    while (low < high) {
        uint64_t pivot = words[low + (high - low) / 2];
        int64_t i = low, j = high;
        while (i <= j) {
            while (compare(&words[i], &pivot) < 0)
                i++;
            while (compare(&words[j], &pivot) > 0)
                j--;
            if (i <= j)
                swap(&words[i++], &words[j--]);
        }
        if (j - low < high - i) {
            sort(words, low, j, compare);
            low = i;
        } else {
            sort(words, i, high, compare);
            high = j;
        }
    }
}

static uint64_t check_order(const uint64_t *words, uint64_t size, comparison compare)
{
    uint64_t hash = FNV_START;
    for (uint64_t i = 0; i < size; i += 64)
        hash = fnv_word(hash, words[i]);
    for (uint64_t i = 1; i < size; i++)
        if (compare(&words[i - 1], &words[i]) > 0)
            fail("word %lu is out of order", i);
    return hash;
}

int main(void)
{
    uint64_t size = bootarg_number("size", 256u << 10);
    uint64_t *words = memory_take(size * sizeof *words);
    struct bench bench = bench_start("quicksort", 3);
    uint64_t state = 1, checksum = 0;
    for (uint64_t round = 0; round < bench.rounds; round++) {
        comparison compare = round % 2 == 0 ? ascending : descending;
        for (uint64_t i = 0; i < size; i++)
            words[i] = random_next(&state);
        sort(words, 0, (int64_t)size - 1, compare);
        checksum = fnv_word(checksum, check_order(words, size, compare));
    }
    bench_report(&bench, checksum);
    return 0;
}
