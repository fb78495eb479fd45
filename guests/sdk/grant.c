#include "grant.h"

#include "barrier.h"
#include "board.h"
#include "hypercall.h"
#include "memory.h"

#define ENTRIES_PER_FRAME (PAGE_BYTES / sizeof(struct grant_entry))
#define REVOKE_ATTEMPTS   16

_Static_assert(sizeof(struct grant_entry) == 8, "grant_entry_v1");

static uint32_t frames_mapped;
static uint32_t next_unused = GRANT_RESERVED;
static uint16_t returned[GRANT_REFS];
static uint32_t returned_count;

struct grant_entry *grant_entry_of(uint32_t ref)
{
    return (struct grant_entry *)board.grant_window + ref;
}

static bool map_next_frame(void)
{
    uint64_t frame = board.grant_window / PAGE_BYTES + frames_mapped;
    if (hypercall_map_frame(XENMAPSPACE_grant_table, frames_mapped, frame) < 0)
        return false;
    frames_mapped++;
    return true;
}

static int64_t take_ref(void)
{
    if (returned_count > 0)
        return returned[--returned_count];
    if (next_unused == GRANT_REFS)
        return -ENOSPC;
    if (next_unused >= frames_mapped * ENTRIES_PER_FRAME || frames_mapped == 0)
        if (!map_next_frame())
            return -ENOSPC;
    return next_unused++;
}

int64_t grant_page(uint16_t domain, const void *page, enum grant_kind kind)
{
    int64_t ref = take_ref();
    if (ref < 0)
        return ref;
    struct grant_entry *entry = grant_entry_of((uint32_t)ref);
    store_once(entry->domain, domain);
    store_once(entry->frame, (uint32_t)frame_of(page));
    write_barrier();   /* the flags make the entry valid, so they come last, in one store */
    store_once(entry->flags, GTF_permit_access | (kind == GRANT_READONLY ? GTF_readonly : 0));
    return ref;
}

/*
 * There is no 16-bit compare-and-swap in rv64gc. The domain field is constant while the entry is valid, so the
 * exchange covers flags and domain together. The host changes the same word: one of both loses and sees it.
 */
bool grant_revoke(uint32_t ref)
{
    uint32_t *word = (uint32_t *)grant_entry_of(ref);
    for (unsigned attempt = 0; attempt < REVOKE_ATTEMPTS; attempt++) {
        uint32_t old = load_once(*word);
        if ((old & (GTF_reading | GTF_writing)) != 0)
            return false;
        if (__atomic_compare_exchange_n(word, &old, old & 0xffff0000, false, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST)) {
            returned[returned_count++] = (uint16_t)ref;
            return true;
        }
    }
    return false;
}
