/* Block requests with impossible fields, then ring indices that cannot be. */

#include "hypercall.h"
#include "raw_block.h"
#include "store.h"

static void abuse_fields(void)
{
    struct blkif_request request = raw_request(BLKIF_OP_READ, page.ref);
    request.segments = 0;
    raw_expect_error("no segments", &request);
    request.segments = 12;
    raw_expect_error("twelve segments", &request);
    request.segments = 255;
    raw_expect_error("255 segments", &request);

    request = raw_request(BLKIF_OP_READ, page.ref);
    request.segment[0].first = 5;
    request.segment[0].last = 4;
    raw_expect_error("first sector behind the last", &request);
    request.segment[0].first = 0;
    request.segment[0].last = 8;
    raw_expect_error("last sector outside the page", &request);
    request.segment[0].last = 255;
    raw_expect_error("last sector 255", &request);

    request = raw_request(77, page.ref);
    raw_expect_error("unknown operation", &request);
}

static void abuse_sectors(uint8_t operation)
{
    struct blkif_request request = raw_request(operation, page.ref);
    request.sector = disk.sectors;
    raw_expect_error("sector behind the end", &request);
    request.sector = disk.sectors - 1;
    raw_expect_error("segment across the end", &request);
    request.sector = UINT64_MAX;
    raw_expect_error("largest sector", &request);
    request.sector = UINT64_MAX - 6;
    raw_expect_error("sector that wraps", &request);
    request.sector = UINT64_C(1) << 55;
    raw_expect_error("sector whose byte offset wraps", &request);
}

/* One id twice is the guest's own business; what comes back must be two responses. */
static void abuse_ids(void)
{
    if (!abuse_chosen())
        return;
    struct blkif_request request = raw_request(BLKIF_OP_READ, page.ref);
    request.id = UINT64_MAX;
    if (raw_submit(&request) != BLKIF_RSP_OKAY || raw_submit(&request) != BLKIF_RSP_OKAY)
        fail("a repeated id was refused");
    survived("repeated id");
}

static void jump(const char *what, uint32_t *index, uint32_t value)
{
    if (!abuse_chosen())
        return;
    store_once(*index, value);
    full_barrier();
    event_send(disk.port);
    let_host_work();
    survived(what);
}

static void abuse_indices(void)
{
    struct ring_header *ring = disk.ring.shared;
    uint32_t good = load_once(ring->req_prod);
    jump("rsp_event far ahead", &ring->rsp_event, good + 1000000);
    jump("req_event overwritten", &ring->req_event, good + 1000000);
    jump("rsp_prod overwritten", &ring->rsp_prod, good + 12345);
    jump("req_prod one ring too far", &ring->req_prod, good + 33);
    jump("req_prod far ahead", &ring->req_prod, good + 0x80000000);
    jump("req_prod behind", &ring->req_prod, good - 1);
    jump("req_prod back", &ring->req_prod, good);
}

static void abuse_page(void)
{
    if (!abuse_chosen())
        return;
    uint8_t *bytes = (uint8_t *)disk.ring.shared;
    for (unsigned i = 0; i < PAGE_BYTES; i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    full_barrier();
    event_send(disk.port);
    let_host_work();
    memset(bytes, 0xff, PAGE_BYTES);
    full_barrier();
    event_send(disk.port);
    let_host_work();
    survived("ring page overwritten");
}

static void abuse_channel(void)
{
    if (!abuse_chosen())
        return;
    for (uint32_t port = 0; port < 5000; port += 41)
        event_send(port);
    event_send(UINT32_MAX);
    event_close(disk.port);
    event_send(disk.port);
    event_close(disk.port);
    survived("channel closed under the device");
}

int main(void)
{
    raw_open();
    abuse_fields();
    abuse_sectors(BLKIF_OP_READ);
    abuse_sectors(BLKIF_OP_WRITE);
    abuse_ids();
    raw_expect_alive();
    abuse_indices();
    abuse_page();
    abuse_channel();
    return abuses_done();
}
