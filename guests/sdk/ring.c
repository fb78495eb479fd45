#include "ring.h"

#include "barrier.h"
#include "memory.h"

_Static_assert(sizeof(struct ring_header) == 64, "entries start at 64");

void ring_init(struct ring_front *ring, void *pages, uint32_t bytes, uint32_t entry_bytes)
{
    uint32_t fitting = (bytes - (uint32_t)sizeof(struct ring_header)) / entry_bytes;
    *ring = (struct ring_front){.shared = pages, .entries = 1, .entry_bytes = entry_bytes};
    while (ring->entries * 2 <= fitting)
        ring->entries *= 2;
    memset(pages, 0, bytes);
    ring->shared->req_event = 1;
    ring->shared->rsp_event = 1;
}

void *ring_entry(const struct ring_front *ring, uint32_t index)
{
    uint8_t *entries = (uint8_t *)(ring->shared + 1);
    return entries + (uint64_t)(index & (ring->entries - 1)) * ring->entry_bytes;
}

uint32_t ring_free(const struct ring_front *ring)
{
    return ring->entries - (ring->req_prod - ring->rsp_cons);
}

void *ring_next_request(struct ring_front *ring)
{
    return ring_entry(ring, ring->req_prod++);
}

bool ring_push(struct ring_front *ring)
{
    uint32_t old = load_once(ring->shared->req_prod);
    uint32_t new = ring->req_prod;
    write_barrier();   /* requests before the index */
    store_once(ring->shared->req_prod, new);
    full_barrier();    /* the index before the look at what the back-end asked for */
    return (uint32_t)(new - load_once(ring->shared->req_event)) < (uint32_t)(new - old);
}

/* Responses beyond what was requested mean that the back-end, or the page, has gone wrong: the ring is dead. */
static uint32_t responses_waiting(struct ring_front *ring)
{
    uint32_t waiting = load_once(ring->shared->rsp_prod) - ring->rsp_cons;
    if (waiting > ring->req_prod - ring->rsp_cons)
        ring->broken = true;
    return ring->broken ? 0 : waiting;
}

bool ring_take_response(struct ring_front *ring, void *copy, uint32_t bytes)
{
    if (responses_waiting(ring) == 0)
        return false;
    read_barrier();   /* the index before the response */
    memcpy(copy, ring_entry(ring, ring->rsp_cons), bytes);
    ring->rsp_cons++;
    return true;
}

bool ring_final_check(struct ring_front *ring)
{
    if (responses_waiting(ring) != 0)
        return true;
    store_once(ring->shared->rsp_event, ring->rsp_cons + 1);
    full_barrier();   /* our wish before the second look, as the back-end's index before its look at our wish */
    return responses_waiting(ring) != 0;
}
