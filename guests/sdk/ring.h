/*
 * The front half of a shared request/response ring with entries of any size. The header is that of all Xen rings:
 * producer indices and the marks at which each side wants to be woken, then the entries from octet 64 on.
 */
#ifndef SDK_RING_H
#define SDK_RING_H

#include <stdbool.h>
#include <stdint.h>

struct ring_header {
    uint32_t req_prod, req_event;   /* written by: front, back */
    uint32_t rsp_prod, rsp_event;   /* written by: back, front */
    uint8_t pad[48];
};

struct ring_front {
    struct ring_header *shared;
    uint32_t entries, entry_bytes;
    uint32_t req_prod;   /* requests filled in, not all published yet */
    uint32_t rsp_cons;
    bool broken;         /* the back-end announced responses that cannot be */
};

/* Lays the ring out in zeroed pages of the given size; entries become the largest power of two that fits. */
void ring_init(struct ring_front *ring, void *pages, uint32_t bytes, uint32_t entry_bytes);

/* Entry of an index, wrapped. */
void *ring_entry(const struct ring_front *ring, uint32_t index);

/* Slots that can still be filled: never more requests than entries are outstanding. */
uint32_t ring_free(const struct ring_front *ring);

/* The next slot to fill in; the caller has checked ring_free. */
void *ring_next_request(struct ring_front *ring);

/* Publishes what was filled in; true if the back-end asked to be notified. */
bool ring_push(struct ring_front *ring);

/* Copies the next response out and consumes it; false if there is none. */
bool ring_take_response(struct ring_front *ring, void *copy, uint32_t bytes);

/*
 * Last look before sleeping: asks to be woken by the next response and returns whether one is already there. A
 * handler must not end on a false ring_take_response alone: that is the lost wake-up.
 */
bool ring_final_check(struct ring_front *ring);

#endif
