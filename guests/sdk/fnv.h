/* FNV-1a, 64 bits: checksums that a test computes again in any language. */
#ifndef SDK_FNV_H
#define SDK_FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static inline uint64_t fnv_bytes(uint64_t hash, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    while (count-- > 0)
        hash = (hash ^ *at++) * FNV_PRIME;
    return hash;
}

/* The word's eight octets, lowest first. */
static inline uint64_t fnv_word(uint64_t hash, uint64_t word)
{
    for (unsigned i = 0; i < 8; i++, word >>= 8)
        hash = (hash ^ (word & 0xff)) * FNV_PRIME;
    return hash;
}

#endif
