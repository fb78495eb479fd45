/* Pointer chase over one random cycle through size=N bytes (8m), n=MILLIONS of steps: a load waits for a load. */

#include "bench.h"
#include "fnv.h"
#include "memory.h"
#include "random.h"

#define STEPS 1000000

struct node {
    struct node *next;
    uint64_t number;
};

/* Sattolo's shuffle: a permutation that is a single cycle. */
static void link_cycle(struct node *nodes, uint64_t count)
{
    uint64_t state = 1;
    for (uint64_t i = 0; i < count; i++)
        nodes[i] = (struct node){&nodes[i], i};
    for (uint64_t i = count - 1; i > 0; i--) {
        uint64_t j = random_below(&state, i);
        struct node *next = nodes[i].next;
        nodes[i].next = nodes[j].next;
        nodes[j].next = next;
    }
}

static const struct node *walk(const struct node *node, uint64_t steps)
{
    while (steps-- > 0)
        node = node->next;
    return node;
}

int main(void)
{
    uint64_t count = bootarg_number("size", 8u << 20) / sizeof(struct node);
    struct node *nodes = memory_take(count * sizeof *nodes);
    struct bench bench = bench_start("chase", 20);
    link_cycle(nodes, count);
    uint64_t checksum = FNV_START;
    const struct node *node = nodes;
    for (uint64_t round = 0; round < bench.rounds; round++) {
        node = walk(node, STEPS);
        checksum = fnv_word(checksum, node->number);
    }
    bench_report(&bench, checksum);
    return 0;
}
