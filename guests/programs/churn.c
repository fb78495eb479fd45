/*
 * Code that never stays: a function is written into a place, called, and another one written over it and called, in
 * slots=N (6000) places in turn; n=VISITS (2000) functions in all. One place in 32 is called often=N (260) times, the
 * others three times. Every result is checked.
 *
 * A machine that keeps what it made of code for too long computes something wrong; one that keeps it for ever grows.
 */

#include "bootargs.h"
#include "console.h"
#include "power.h"

enum { MAX_SLOTS = 8192, OFTEN_EVERY = 32, SELDOM = 3, ROUNDS = 3 };

enum { ADDI_A0_A0 = 0x00050513, DECREMENT_A1 = 0xfff58593, LOOP = 0xfe059ce3, RETURN = 0x00008067 };

/* Adds a constant to sum so often. */
typedef uint64_t function(uint64_t sum, uint64_t rounds);

/* One line of a cache each. */
static _Alignas(64) uint32_t places[MAX_SLOTS][16];

static function *write_function(uint32_t *place, int32_t constant)
{
    place[0] = (uint32_t)constant << 20 | ADDI_A0_A0;
    place[1] = DECREMENT_A1;
    place[2] = LOOP; /* bnez a1, to the beginning */
    place[3] = RETURN;
    __asm__ volatile("fence.i" ::: "memory");
    return (function *)place;
}

int main(void)
{
    uint64_t slots = bootarg_number("slots", 6000);
    uint64_t visits = bootarg_number("n", 2000);
    uint64_t often = bootarg_number("often", 260);
    if (slots == 0 || slots > MAX_SLOTS)
        fail("slots=%lu: expected 1 to %d", slots, MAX_SLOTS);
    for (uint64_t visit = 0; visit < visits; visit++) {
        uint64_t slot = visit / 2 % slots;
        int32_t constant = (int32_t)(visit % 4096) - 2048;
        function *add = write_function(places[slot], constant);
        uint64_t calls = slot % OFTEN_EVERY == 0 ? often : SELDOM;
        uint64_t sum = visit;
        for (uint64_t call = 0; call < calls; call++)
            sum = add(sum, ROUNDS);
        if (sum != visit + calls * ROUNDS * (uint64_t)constant)
            fail("visit %lu: other code than was written", visit);
    }
    printf("CHURN PASS n=%lu\n", visits);
    return 0;
}
