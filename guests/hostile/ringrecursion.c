/* The pages that carry the protocols, granted as the data of a read: disk contents land in the rings. */

#include "grant.h"
#include "hypercall.h"
#include "raw_block.h"

#define CONSOLE_REF 0
#define STORE_REF   1

/* Garbage on the disk, so that what lands in the rings is not just zeros. */
static void write_garbage(void)
{
    for (unsigned i = 0; i < PAGE_BYTES; i++)
        page.data[i] = (uint8_t)(i * 59 + (i >> 5));
    struct blkif_request request = raw_request(BLKIF_OP_WRITE, page.ref);
    raw_submit(&request);
}

static void read_over(const char *what, uint32_t ref)
{
    struct blkif_request request = raw_request(BLKIF_OP_READ, ref);
    memcpy(ring_next_request(&disk.ring), &request, sizeof request);
    ring_push(&disk.ring);
    event_send(disk.port);
    let_host_work();
    survived(what);
}

int main(void)
{
    raw_open();
    write_garbage();
    console_use_sbi();   /* the ring of the console is among the victims */

    struct blkif_request request = raw_request(BLKIF_OP_WRITE, disk.ring_ref);
    raw_submit(&request);
    survived("ring page written to disk");

    struct block_page shared = {.ref = (uint32_t)grant_page(disk.bus.back_domain, page.data, GRANT_WRITABLE)};
    store_once(grant_entry_of(shared.ref)->frame,
               (uint32_t)((board.grant_window + board.grant_window_bytes) / PAGE_BYTES - 1));
    full_barrier();
    request = raw_request(BLKIF_OP_READ, shared.ref);
    raw_submit(&request);
    survived("shared info as data");

    read_over("console page as data", CONSOLE_REF);
    read_over("store page as data", STORE_REF);
    read_over("ring page as data", disk.ring_ref);
    for (unsigned i = 0; i < 40; i++)
        event_send(disk.port);
    let_host_work();
    survived("ring recursion");
    return 0;
}
