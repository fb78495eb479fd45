#include "block.h"

#include <stddef.h>

#include "block_setup.h"
#include "csr.h"
#include "event.h"
#include "grant.h"
#include "idle.h"
#include "power.h"

struct blkif_response {
    uint64_t id;
    uint8_t operation, pad;
    int16_t status;
    uint32_t pad2;
};

_Static_assert(sizeof(struct blkif_request) == 112, "blkif_request");
_Static_assert(offsetof(struct blkif_request, segment) == 24, "blkif_request");
_Static_assert(sizeof(struct blkif_response) == 16, "blkif_response");

static void complete(struct block_device *device, const struct blkif_response *response)
{
    if (response->id >= BLOCK_RING_ENTRIES || device->pending[response->id] == 0)
        fail("block: response with unknown id %lx", response->id);
    struct block_io *io = device->pending[response->id];
    device->pending[response->id] = 0;
    io->status = response->status;
    io->done = true;
}

/* Runs as the event handler, with interrupts disabled. */
void block_collect(void *context)
{
    struct block_device *device = context;
    struct blkif_response response;
    device->interrupts++;
    do {
        while (ring_take_response(&device->ring, &response, sizeof response))
            complete(device, &response);
    } while (ring_final_check(&device->ring));
    if (device->ring.broken)
        fail("block: response index out of range");
}

struct block_page block_page_new(const struct block_device *device)
{
    struct block_page page = {.data = pages_take(1)};
    int64_t ref = grant_page(device->bus.back_domain, page.data, GRANT_WRITABLE);
    if (ref < 0)
        fail("block: no grant entry is left");
    page.ref = (uint32_t)ref;
    return page;
}

static void fill_request(struct blkif_request *request, const struct block_io *io, uint64_t id)
{
    memset(request, 0, sizeof *request);
    request->operation = io->operation;
    request->segments = io->segments;
    request->id = id;
    request->sector = io->sector;
    for (unsigned i = 0; i < io->segments; i++) {
        request->segment[i].ref = io->segment[i].page->ref;
        request->segment[i].first = io->segment[i].first;
        request->segment[i].last = io->segment[i].last;
    }
}

static uint64_t free_id(const struct block_device *device)
{
    uint64_t id = 0;
    while (id < BLOCK_RING_ENTRIES && device->pending[id] != 0)
        id++;
    return id;
}

static bool has_slot(void *context)
{
    const struct block_device *device = context;
    return ring_free(&device->ring) > 0 && free_id(device) < BLOCK_RING_ENTRIES;
}

void block_submit(struct block_device *device, struct block_io *io)
{
    io->done = false;
    wait_until(has_slot, device);
    bool enabled = interrupts_disable();   /* the completion handler works on the same ring */
    uint64_t id = free_id(device);
    device->pending[id] = io;
    fill_request(ring_next_request(&device->ring), io, id);
    if (ring_push(&device->ring)) {
        device->notifications++;
        event_send(device->port);
    }
    interrupts_restore(enabled);
}

static bool is_done(void *context)
{
    return ((struct block_io *)context)->done;
}

bool block_wait(struct block_io *io)
{
    wait_until(is_done, io);
    return io->status == BLKIF_RSP_OKAY;
}

/* A request over the first pages of the bounce pool. */
static struct block_io bounce_io(const struct block_device *device, uint8_t operation, uint64_t sector,
                                 uint32_t sectors)
{
    struct block_io io = {.operation = operation, .sector = sector};
    for (; sectors > 0; io.segments++) {
        uint32_t here = sectors < SECTORS_PER_PAGE ? sectors : SECTORS_PER_PAGE;
        io.segment[io.segments] =
            (struct block_segment){&device->bounce[io.segments], 0, (uint8_t)(here - 1)};
        sectors -= here;
    }
    return io;
}

static uint32_t chunk_of(uint32_t sectors)
{
    uint32_t most = BLKIF_MAX_SEGMENTS * SECTORS_PER_PAGE;
    return sectors < most ? sectors : most;
}

static void copy_in(struct block_device *device, const uint8_t *from, uint32_t bytes)
{
    for (unsigned i = 0; bytes > 0; i++) {
        uint32_t here = bytes < PAGE_BYTES ? bytes : PAGE_BYTES;
        memcpy(device->bounce[i].data, from, here);
        from += here;
        bytes -= here;
    }
}

static void copy_out(const struct block_device *device, uint8_t *to, uint32_t bytes)
{
    for (unsigned i = 0; bytes > 0; i++) {
        uint32_t here = bytes < PAGE_BYTES ? bytes : PAGE_BYTES;
        memcpy(to, device->bounce[i].data, here);
        to += here;
        bytes -= here;
    }
}

static bool transfer(struct block_device *device, uint8_t operation, uint64_t sector, uint32_t sectors)
{
    struct block_io io = bounce_io(device, operation, sector, sectors);
    block_submit(device, &io);
    return block_wait(&io);
}

bool block_read(struct block_device *device, uint64_t sector, void *buffer, uint32_t sectors)
{
    for (uint8_t *to = buffer; sectors > 0;) {
        uint32_t now = chunk_of(sectors);
        if (!transfer(device, BLKIF_OP_READ, sector, now))
            return false;
        copy_out(device, to, now * SECTOR_BYTES);
        to += now * SECTOR_BYTES;
        sector += now;
        sectors -= now;
    }
    return true;
}

bool block_write(struct block_device *device, uint64_t sector, const void *buffer, uint32_t sectors)
{
    for (const uint8_t *from = buffer; sectors > 0;) {
        uint32_t now = chunk_of(sectors);
        copy_in(device, from, now * SECTOR_BYTES);
        if (!transfer(device, BLKIF_OP_WRITE, sector, now))
            return false;
        from += now * SECTOR_BYTES;
        sector += now;
        sectors -= now;
    }
    return true;
}

bool block_flush(struct block_device *device)
{
    return !device->can_flush || transfer(device, BLKIF_OP_FLUSH_DISKCACHE, 0, 0);
}
