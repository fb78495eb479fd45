#include "store_ring.h"

#include "barrier.h"
#include "event.h"
#include "hypercall.h"
#include "idle.h"
#include "memory.h"
#include "store.h"

#define RING_BYTES ((uint32_t)sizeof store_page->req)

_Static_assert(offsetof(struct store_page, req_cons) == 2048, "xenstore_domain_interface");
_Static_assert(offsetof(struct store_page, connection) == 2068, "xenstore_domain_interface");

struct store_page *store_page;
static uint32_t port;

/* The event only ends a WFI: whoever waits looks at the indices himself. */
static void wake(void *context)
{
    (void)context;
}

static bool connected(void *unused)
{
    (void)unused;
    return load_once(store_page->connection) == 0;
}

bool store_ring_init(void)
{
    uint64_t frame, channel;
    if (!hypercall_available() || hypercall_hvm_param(HVM_PARAM_STORE_PFN, &frame) < 0
        || hypercall_hvm_param(HVM_PARAM_STORE_EVTCHN, &channel) < 0 || frame == 0 || channel == 0)
        return false;
    store_page = (struct store_page *)(frame * PAGE_BYTES);
    port = (uint32_t)channel;
    event_attach(port, wake, 0);
    wait_until(connected, 0);   /* while a reconnection is under way nothing else in the page means anything */
    return true;
}

/* This ring has no event hold-off: every move of an index is told, in both directions. */
void store_ring_notify(void)
{
    event_send(port);
}

static uint32_t requests_queued(void)
{
    return load_once(store_page->req_prod) - load_once(store_page->req_cons);
}

static bool has_room(void *unused)
{
    (void)unused;
    return requests_queued() != RING_BYTES;
}

bool store_ring_readable(void *unused)
{
    (void)unused;
    return load_once(store_page->rsp_prod) != load_once(store_page->rsp_cons);
}

static size_t write_some(const uint8_t *bytes, size_t count)
{
    uint32_t queued = requests_queued();
    if (queued > RING_BYTES)
        return 0;
    full_barrier();   /* the room was seen before the bytes in it are overwritten */
    uint32_t prod = load_once(store_page->req_prod);
    size_t moved = count < RING_BYTES - queued ? count : RING_BYTES - queued;
    for (size_t i = 0; i < moved; i++)
        store_page->req[(prod + i) % RING_BYTES] = bytes[i];
    full_barrier();   /* bytes before the index that covers them */
    store_once(store_page->req_prod, prod + (uint32_t)moved);
    full_barrier();   /* the index before the notification */
    store_ring_notify();
    return moved;
}

static size_t read_some(uint8_t *bytes, size_t count)
{
    uint32_t cons = load_once(store_page->rsp_cons);
    uint32_t fill = load_once(store_page->rsp_prod) - cons;
    if (fill > RING_BYTES)
        return 0;
    full_barrier();   /* the index before the bytes it covers */
    size_t moved = count < fill ? count : fill;
    for (size_t i = 0; i < moved; i++)
        bytes[i] = store_page->rsp[(cons + i) % RING_BYTES];
    full_barrier();   /* the bytes were read before their room is given back */
    store_once(store_page->rsp_cons, cons + (uint32_t)moved);
    full_barrier();
    store_ring_notify();
    return moved;
}

bool store_ring_write(const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    while (count > 0) {
        wait_until(has_room, 0);
        size_t moved = write_some(at, count);
        if (moved == 0)
            return false;
        at += moved;
        count -= moved;
    }
    return true;
}

bool store_ring_read(void *bytes, size_t count)
{
    uint8_t *at = bytes;
    while (count > 0) {
        wait_until(store_ring_readable, 0);
        size_t moved = read_some(at, count);
        if (moved == 0)
            return false;
        at += moved;
        count -= moved;
    }
    return true;
}
