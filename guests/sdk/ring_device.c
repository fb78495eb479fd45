#include "ring_device.h"

#include "event.h"
#include "idle.h"
#include "memory.h"
#include "power.h"
#include "xen_abi.h"

static uint32_t checked(int64_t result, const char *what)
{
    if (result < 0)
        fail("split device: %s gave %ld", what, result);
    return (uint32_t)result;
}

/* What wait_until sleeps on is the interrupt itself; the conditions look at the ring. */
static void answered(void *context)
{
    (void)context;
}

static void make_ring(struct ring_device *device, uint32_t entry_bytes)
{
    void *page = pages_take(1);
    ring_init(&device->ring, page, PAGE_BYTES, entry_bytes);
    device->ring_ref = ring_device_lend(device, page, GRANT_WRITABLE);
    device->port = checked(event_allocate(device->bus.back_domain), "alloc_unbound");
    event_attach(device->port, answered, device);
}

/* One transaction, so that a back-end never reads half of it. */
static int64_t publish(uint32_t transaction, void *context)
{
    const struct ring_device *device = context;
    int64_t result = xenbus_write_number(&device->bus, transaction, "ring-ref", device->ring_ref);
    if (result >= 0)
        result = xenbus_write_number(&device->bus, transaction, "event-channel", device->port);
    if (result >= 0)
        result = xenbus_write(&device->bus, transaction, "protocol", XEN_RING_PROTOCOL);
    return result < 0 ? result : 0;
}

bool ring_device_open(struct ring_device *device, const char *type, unsigned index, uint32_t entry_bytes)
{
    *device = (struct ring_device){0};
    if (!xenbus_open(&device->bus, type, index))
        return false;
    checked(xenbus_wait_back(&device->bus, XENBUS_SET(XENBUS_InitWait)), "waiting for the back-end");
    make_ring(device, entry_bytes);
    checked(store_transact(publish, device), "publishing the ring");
    checked(xenbus_switch_state(&device->bus, XENBUS_Initialised), "state Initialised");
    checked(xenbus_wait_back(&device->bus, XENBUS_SET(XENBUS_Connected)), "waiting for Connected");
    checked(xenbus_switch_state(&device->bus, XENBUS_Connected), "state Connected");
    return true;
}

uint32_t ring_device_lend(const struct ring_device *device, const void *page, enum grant_kind kind)
{
    return checked(grant_page(device->bus.back_domain, page, kind), "granting a page");
}

void ring_device_submit(struct ring_device *device, const void *request)
{
    if (ring_free(&device->ring) == 0)
        fail("split device: all entries wait for responses that were not taken");
    memcpy(ring_next_request(&device->ring), request, device->ring.entry_bytes);
    if (ring_push(&device->ring))
        event_send(device->port);
}

/* Asks for the wake-up before it looks, so none is lost. */
static bool has_response(void *context)
{
    struct ring_device *device = context;
    return ring_final_check(&device->ring) || device->ring.broken;
}

void ring_device_await(struct ring_device *device, void *response, uint32_t bytes)
{
    wait_until(has_response, device);
    if (!ring_take_response(&device->ring, response, bytes))
        fail("split device: response index out of range");
}
