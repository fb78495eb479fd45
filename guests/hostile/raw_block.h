/* Requests put on a block ring as they are, valid or not, and their responses collected by hand. */
#ifndef RAW_BLOCK_H
#define RAW_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "barrier.h"
#include "block.h"
#include "event.h"
#include "hostile.h"
#include "power.h"
#include "store.h"

#define BROKEN_RESPONSE 1000   /* not a status of the ABI */

struct raw_response {
    uint64_t id;
    uint8_t operation, pad;
    int16_t status;
    uint32_t pad2;
};

static struct block_device disk;
static struct block_page page;

static void raw_ignore(void *context)
{
    (void)context;
}

/* Connects the first disk and takes the completion of responses away from the driver. */
static inline void raw_open(void)
{
    if (!store_init() || !block_open(&disk, 0))
        fail("no block device to abuse");
    page = block_page_new(&disk);
    event_detach(disk.port);
    event_attach(disk.port, raw_ignore, 0);
}

/* A read of sector 0 into a good page: what each abuse starts from. */
static inline struct blkif_request raw_request(uint8_t operation, uint32_t ref)
{
    struct blkif_request request = {.operation = operation, .segments = 1, .id = 7};
    request.segment[0].ref = ref;
    request.segment[0].last = SECTORS_PER_PAGE - 1;
    return request;
}

static bool raw_answered(void *unused)
{
    (void)unused;
    return load_once(disk.ring.shared->rsp_prod) != disk.ring.rsp_cons;
}

/* Publishes the request and notifies whatever the marks say. */
static inline void raw_push(const struct blkif_request *request)
{
    memcpy(ring_next_request(&disk.ring), request, sizeof *request);
    ring_push(&disk.ring);
    event_send(disk.port);
}

/*
 * Waits for the next response. There is no time limit: time may be virtual, and then an hour of it passes while
 * the host looks at the request.
 */
static inline int raw_await(void)
{
    struct raw_response response;
    ring_final_check(&disk.ring);
    wait_until(raw_answered, 0);
    bool fine = ring_take_response(&disk.ring, &response, sizeof response);
    return fine ? response.status : BROKEN_RESPONSE;
}

static inline int raw_submit(const struct blkif_request *request)
{
    raw_push(request);
    return raw_await();
}

/* An abuse that must be answered with an error status. */
static inline void raw_expect_error(const char *what, const struct blkif_request *request)
{
    if (!abuse_chosen())
        return;
    int status = raw_submit(request);
    if (status == BLKIF_RSP_OKAY || status == BROKEN_RESPONSE)
        fail("%s: status %d instead of an error", what, status);
    survived(what);
}

/* The device still works for requests that are in order. */
static inline void raw_expect_alive(void)
{
    struct blkif_request request = raw_request(BLKIF_OP_READ, page.ref);
    int status = raw_submit(&request);
    if (status != BLKIF_RSP_OKAY)
        fail("a good request after the abuse: status %d", status);
}

#endif
