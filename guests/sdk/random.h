/* A seeded generator (splitmix64): the same numbers in every run of the same options. */
#ifndef SDK_RANDOM_H
#define SDK_RANDOM_H

#include <stdint.h>

/* A well-mixed function of one word: also the source of test patterns. */
static inline uint64_t mix64(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static inline uint64_t random_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return mix64(*state);
}

/* 0 .. bound - 1; bound is not 0. */
static inline uint64_t random_below(uint64_t *state, uint64_t bound)
{
    return random_next(state) % bound;
}

#endif
