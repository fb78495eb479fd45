/* The xenbus handshake of the block front-end: Initialising, Initialised, Connected, and back. */

#include "block.h"
#include "block_setup.h"
#include "event.h"
#include "grant.h"
#include "power.h"

static void check(int64_t result, const char *what)
{
    if (result < 0)
        fail("block: %s gave %ld", what, result);
}

static void make_ring(struct block_device *device)
{
    void *page = pages_take(1);
    ring_init(&device->ring, page, PAGE_BYTES, sizeof(struct blkif_request));
    int64_t ref = grant_page(device->bus.back_domain, page, GRANT_WRITABLE);
    check(ref, "granting the ring");
    device->ring_ref = (uint32_t)ref;
    int64_t port = event_allocate(device->bus.back_domain);
    check(port, "alloc_unbound");
    device->port = (uint32_t)port;
    event_attach(device->port, block_collect, device);
}

/* One transaction, so that a back-end never reads half of it. */
static int64_t publish(uint32_t transaction, void *context)
{
    struct block_device *device = context;
    const struct xenbus_device *bus = &device->bus;
    int64_t result = xenbus_write_number(bus, transaction, "ring-ref", device->ring_ref);
    if (result >= 0)
        result = xenbus_write_number(bus, transaction, "event-channel", device->port);
    if (result >= 0)
        result = xenbus_write(bus, transaction, "protocol", XEN_RING_PROTOCOL);
    if (result >= 0 && xenbus_back_number(bus, "feature-persistent", 0) != 0)
        result = xenbus_write_number(bus, transaction, "feature-persistent", 1);
    return result < 0 ? result : 0;
}

static void read_geometry(struct block_device *device)
{
    device->sectors = xenbus_back_number(&device->bus, "sectors", 0);
    device->read_only = (xenbus_back_number(&device->bus, "info", 0) & VDISK_READONLY) != 0;
    uint64_t sector_bytes = xenbus_back_number(&device->bus, "sector-size", SECTOR_BYTES);
    if (sector_bytes != SECTOR_BYTES)
        fail("block: sectors of %lu bytes are not supported", sector_bytes);
}

bool block_open(struct block_device *device, unsigned index)
{
    *device = (struct block_device){0};
    if (!xenbus_open(&device->bus, "vbd", index))
        return false;
    unsigned ready = XENBUS_SET(XENBUS_InitWait) | XENBUS_SET(XENBUS_Initialised)
                     | XENBUS_SET(XENBUS_Connected);
    check(xenbus_wait_back(&device->bus, ready), "waiting for the back-end's features");
    device->can_flush = xenbus_back_number(&device->bus, "feature-flush-cache", 0) != 0;
    make_ring(device);
    check(store_transact(publish, device), "publishing the ring");
    check(xenbus_switch_state(&device->bus, XENBUS_Initialised), "state Initialised");
    check(xenbus_wait_back(&device->bus, XENBUS_SET(XENBUS_Connected)), "waiting for Connected");
    read_geometry(device);
    check(xenbus_switch_state(&device->bus, XENBUS_Connected), "state Connected");
    for (unsigned i = 0; i < BLKIF_MAX_SEGMENTS; i++)
        device->bounce[i] = block_page_new(device);
    return true;
}

bool block_close(struct block_device *device)
{
    unsigned gone = XENBUS_SET(XENBUS_Closing) | XENBUS_SET(XENBUS_Closed);
    check(xenbus_switch_state(&device->bus, XENBUS_Closing), "state Closing");
    check(xenbus_wait_back(&device->bus, gone), "waiting for the back-end to close");
    event_close(device->port);
    bool revoked = grant_revoke(device->ring_ref);
    check(xenbus_switch_state(&device->bus, XENBUS_Closed), "state Closed");
    return revoked;
}
