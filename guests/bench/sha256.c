/* SHA-256 (FIPS 180-4) over size=N bytes (256k), n=ROUNDS: 32-bit rotations and adds. */

#include "bench.h"
#include "fnv.h"
#include "memory.h"
#include "power.h"

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, unsigned bits)
{
    return word >> bits | word << (32 - bits);
}

static uint32_t big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void expand(uint32_t *schedule, const uint8_t *block)
{
    for (unsigned i = 0; i < 16; i++)
        schedule[i] = big_endian(block + 4 * i);
    for (unsigned i = 16; i < 64; i++) {
        uint32_t a = schedule[i - 15], b = schedule[i - 2];
        uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
        uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
        schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
    }
}

static void compress(uint32_t *state, const uint8_t *block)
{
    uint32_t schedule[64];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    expand(schedule, block);
    for (unsigned i = 0; i < 64; i++) {
        uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + schedule[i];
        uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

/* The message is a whole number of 64-byte blocks, so that the padding is one more block. */
static void digest(uint32_t *state, const uint8_t *message, uint64_t bytes)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint8_t padding[64] = {0x80};
    for (unsigned i = 0; i < 8; i++)
        padding[56 + i] = (uint8_t)(bytes * 8 >> (56 - 8 * i));
    memcpy(state, start, sizeof start);
    for (uint64_t i = 0; i < bytes; i += 64)
        compress(state, message + i);
    compress(state, padding);
}

int main(void)
{
    uint64_t size = bootarg_number("size", 256u << 10) & ~UINT64_C(63);
    uint8_t *message = memory_take(size + 1);
    for (uint64_t i = 0; i < size; i++)
        message[i] = (uint8_t)(i * 31 + (i >> 8));
    struct bench bench = bench_start("sha256", 8);
    uint32_t state[8];
    digest(state, message, 0);
    if (state[0] != 0xe3b0c442 || state[7] != 0x7852b855)
        fail("the digest of nothing is wrong");
    uint64_t checksum = FNV_START;
    for (uint64_t round = 0; round < bench.rounds; round++) {
        message[0] = (uint8_t)round;
        digest(state, message, size);
        checksum = fnv_bytes(checksum, state, sizeof state);
    }
    bench_report(&bench, checksum);
    return 0;
}
