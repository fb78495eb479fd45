/* Multiplication of two square matrices of the type `element`, rows by columns, n=ROUNDS, size=N (128). */

#include "bench.h"
#include "fnv.h"
#include "memory.h"

static void multiply(element *restrict product, const element *left, const element *right, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++)
        for (uint64_t j = 0; j < size; j++) {
            element sum = 0;
            for (uint64_t k = 0; k < size; k++)
                sum += left[i * size + k] * right[k * size + j];
            product[i * size + j] = sum;
        }
}

static void fill(element *matrix, uint64_t size, uint64_t salt)
{
    for (uint64_t i = 0; i < size * size; i++)
        matrix[i] = (element)((i * 2654435761u + salt) % 1000) / (element)7;
}

static uint64_t bits_of(element value)
{
    union {
        element value;
        uint64_t bits;
    } view = {.value = value};
    return view.bits;
}

static int run_matmul(const char *name)
{
    uint64_t size = bootarg_number("size", 128);
    element *left = memory_take(size * size * sizeof *left);
    element *right = memory_take(size * size * sizeof *right);
    element *product = memory_take(size * size * sizeof *product);
    struct bench bench = bench_start(name, 10);
    uint64_t checksum = FNV_START;
    fill(right, size, 17);
    for (uint64_t round = 0; round < bench.rounds; round++) {
        fill(left, size, round);
        multiply(product, left, right, size);
        for (uint64_t i = 0; i < size * size; i += size + 1)
            checksum = fnv_word(checksum, bits_of(product[i]));
    }
    bench_report(&bench, checksum);
    return 0;
}
