#include "board.h"
#include "memory.h"
#include "power.h"

extern char __image_end[];

static uintptr_t next_free;

/* The device tree lies somewhere in RAM, where the loader liked it; a taken range must not cover it. */
static uintptr_t skip_device_tree(uintptr_t start, size_t bytes)
{
    bool apart = start + bytes <= board.tree_start || start >= board.tree_end;
    return apart ? start : (board.tree_end + PAGE_BYTES - 1) & ~(uintptr_t)(PAGE_BYTES - 1);
}

void *memory_take(size_t bytes)
{
    bytes = (bytes + PAGE_BYTES - 1) & ~(size_t)(PAGE_BYTES - 1);
    if (next_free == 0)
        next_free = (uintptr_t)__image_end;
    uintptr_t start = skip_device_tree(next_free, bytes);
    if (bytes > board.memory_end || start > board.memory_end - bytes)
        fail("out of memory: %lu bytes wanted, memory ends at %lx", bytes, board.memory_end);
    next_free = start + bytes;
    return (void *)start;
}

void *pages_take(size_t count)
{
    return memset(memory_take(count * PAGE_BYTES), 0, count * PAGE_BYTES);
}
